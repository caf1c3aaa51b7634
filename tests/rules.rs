//! Every rule kind by numbers worked out by hand: the examples of its page, and its edges.

use kaohe::cell::CellRef;
use kaohe::day::Day;
use kaohe::expr::{Expr, Operand};
use kaohe::metrics::{Found, MetricSet};
use kaohe::problem::Lang;
use kaohe::scheme::{Item, MetricKind};
use kaohe::score::pages::{PAGES, page};

/// An item of `points` with one rule (or more, under `[[rules]]`), and further keys of the item.
fn item(points: f64, keys: &str, rule: &str) -> Item {
    let rules =
        if rule.contains("[[rules]]") { rule.to_owned() } else { format!("[[rules]]\n{rule}") };
    toml::from_str(&format!("name = \"项\"\npoints = {points:?}\n{keys}\n{rules}"))
        .unwrap_or_else(|error| panic!("{rule}\n{error}"))
}

/// Figures in B1, B2, … as `A=1 B=2026-10-01`.
fn figures(list: &str) -> MetricSet {
    let mut set = MetricSet::default();
    for (row, pair) in list.split_whitespace().enumerate() {
        let (name, typed) = pair.split_once('=').expect("name=figure");
        let value = typed
            .parse()
            .ok()
            .or_else(|| Day::parse(typed).map(Day::serial))
            .unwrap_or_else(|| panic!("{pair}"));
        let at = CellRef::new(row as u32, 1);
        let expr = Expr::Value(Operand::Cell { sheet: 0, at, value });
        set.insert(name, Found { expr, kind: MetricKind::Amount, place: None });
    }
    set
}

fn expr(item: &Item, list: &str) -> Expr {
    kaohe::score::item(item, item.points, &figures(list)).expect("all figures").expr
}

/// The stored number: what a reader sees, all of it.
fn shown(item: &Item, list: &str) -> String {
    format!("{}", kaohe::text::round15(expr(item, list).value()))
}

fn block<'a>(text: &'a str, fence: &str, nth: usize) -> &'a str {
    text.split(fence).nth(nth + 1).and_then(|t| t.split("```").next()).expect("a block").trim()
}

#[test]
fn the_examples_of_every_page_score_as_written() {
    let mut checked = 0;
    for (kind, _, _) in PAGES {
        for lang in [Lang::Zh, Lang::En] {
            let text = page(kind, lang).expect("a page");
            assert!(text.starts_with(&format!("# {kind}")), "{kind}");
            let rule = block(text, "```toml", 0);
            let examples = block(text, "```text", 0);
            for line in examples.lines() {
                let (given, wanted) = line.split_once(" → ").expect("an arrow");
                let (list, points) = given.split_once(" | ").expect("points");
                let item = item(points.parse().expect("points"), "", rule);
                assert_eq!(shown(&item, list), wanted, "{kind}: {line}");
                checked += 1;
            }
            let (first, points) = examples
                .lines()
                .next()
                .and_then(|l| l.split_once(" → "))
                .and_then(|(g, _)| g.split_once(" | "))
                .expect("a line");
            let item = item(points.parse().expect("points"), "", rule);
            let formula = format!("={}", expr(&item, first).formula(0, &["表".to_owned()]));
            let said = block(text, "```text", 1);
            assert_eq!(formula, said, "{kind}");
        }
    }
    assert!(checked > 80, "{checked}");
}

#[test]
fn formulas_use_only_what_excel_2010_and_wps_know() {
    const KNOWN: [&str; 8] =
        ["IF", "MAX", "MIN", "ROUND", "ROUNDUP", "TRUNC", "NETWORKDAYS", "SUM"];
    for (kind, _, text) in PAGES {
        let formula = block(text, "```text", 1);
        let mut word = String::new();
        for c in formula.chars() {
            if c.is_ascii_alphabetic() {
                word.push(c);
            } else {
                assert!(
                    c != '(' || word.is_empty() || KNOWN.contains(&word.as_str()),
                    "{kind}: {word}"
                );
                word.clear();
            }
        }
        assert!(formula.len() < 8192);
    }
}

/// keys of the item, rule, points, then figures → score.
type Case = (&'static str, &'static str, f64, &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    // 每高10人加1、每低5人扣1；up 25 of 10: 2 whole; down 12 of 5: 2 whole.
    (
        "",
        "kind='deviation'\nvalue='a'\nbase=100\nstep=10\nstep_below=5\nabove=1\nbelow=1",
        10.0,
        &[("a=125", "12"), ("a=88", "8"), ("a=100", "10"), ("a=95", "9"), ("a=95.0001", "10")],
    ),
    // Dead band 90–95: nothing changes between, and at both ends.
    (
        "",
        "kind='deviation'\nvalue='a'\nbase=90\nbase_above=95\nstep=1\nabove=1\nbelow=2",
        10.0,
        &[("a=90", "10"), ("a=95", "10"), ("a=93", "10"), ("a=96", "11"), ("a=88", "6")],
    ),
    // Cost against last month, each full 1 % lower +1, higher −2; 10000 → 9700 is 3 %.
    (
        "",
        "kind='deviation'\nvalue='费用'\nbase_metric='上月'\nrelative=true\nstep=0.01\nabove=-2\nbelow=-1\nmost_added=5\nmost_taken=8",
        10.0,
        &[
            ("费用=9700 上月=10000", "13"),
            ("费用=10250 上月=10000", "6"),
            ("费用=9000 上月=10000", "15"),
            ("费用=11000 上月=10000", "2"),
            ("费用=10099 上月=10000", "10"),
            ("费用=10100 上月=10000", "8"),
        ],
    ),
    // 达标得 15，满分 20.
    (
        "base_points=15\ncap=20",
        "kind='deviation'\nvalue='a'\nbase=50\nstep=1\nabove=2\nbelow=1",
        20.0,
        &[("a=50", "15"), ("a=51", "17"), ("a=60", "20"), ("a=45", "10")],
    ),
    // Part steps: 96.4 of 100 at 0.5 a point is 1.8 off; begun: 4 × 0.5.
    (
        "",
        "kind='deviation'\nvalue='a'\nbase=100\nstep=1\nbelow=0.5\nsteps='proportional'",
        10.0,
        &[("a=96.4", "8.2"), ("a=100", "10"), ("a=130", "10")],
    ),
    (
        "",
        "kind='deviation'\nvalue='a'\nbase=100\nstep=1\nbelow=0.5\nsteps='begun'",
        10.0,
        &[("a=96.4", "8"), ("a=97", "8.5"), ("a=96.9999", "8")],
    ),
    // A step that binary fractions hide: 0.7 − 0.1 is 0.6, six steps of 0.1.
    (
        "",
        "kind='deviation'\nvalue='a'\nbase=0.7\nstep=0.1\nbelow=1",
        10.0,
        &[("a=0.1", "4"), ("a=0.4", "7")],
    ),
    // 0.1 a time: 3 − 0.3 and not 2.6999999999999997; 1.9 − 0.47.
    (
        "",
        "kind='occurrences'\nevents=[{metric='a',deduct=0.1}]",
        3.0,
        &[("a=3", "2.7"), ("a=0", "3"), ("a=31", "0")],
    ),
    (
        "",
        "kind='occurrences'\nevents=[{metric='a',deduct=0.47}]",
        1.9,
        &[("a=1", "1.43"), ("a=4", "0.02")],
    ),
    (
        "floor=-10",
        "kind='occurrences'\nevents=[{metric='a',deduct=5}]",
        10.0,
        &[("a=3", "-5"), ("a=9", "-10")],
    ),
    ("", "kind='occurrences'\nevents=[{metric='a',deduct=-2}]", 0.0, &[("a=3", "6")]),
    // First 1, second 3, third and every further one 6: 1, 4, 10, 16.
    (
        "",
        "kind='escalating'\nmetric='a'\ndeduct=[1,3,6]\neach=true",
        20.0,
        &[("a=1", "19"), ("a=2", "16"), ("a=3", "10"), ("a=4", "4"), ("a=5", "0")],
    ),
    (
        "",
        "kind='escalating'\nmetric='a'\ndeduct=[0,2]\nmore=3",
        20.0,
        &[("a=1", "20"), ("a=2", "18"), ("a=4", "12")],
    ),
    // Low is good: up to 10 days 10, up to 20 days 8, beyond 3.
    (
        "",
        "kind='bands'\nvalue='a'\notherwise=3\nbands=[{up_to=10,points=10},{up_to=20,points=8}]",
        10.0,
        &[("a=10", "10"), ("a=10.5", "8"), ("a=20", "8"), ("a=20.01", "3")],
    ),
    // X>90% Y=1, 70–90% Y=0.9: factor of 30 points.
    (
        "",
        "kind='bands'\nvalue='a'\nbands=[{from=0.9,factor=1},{from=0.7,factor=0.9}]",
        30.0,
        &[("a=0.9", "30"), ("a=0.8999", "27"), ("a=0.69", "0")],
    ),
    // 19/20 by dividing is 95 %, whatever binary says; so is 57/60.
    (
        "",
        "kind='bands'\nvalue={of='a',over='b'}\nbands=[{from=0.95,points=10},{from=0.9,points=6}]",
        10.0,
        &[("a=19 b=20", "10"), ("a=57 b=60", "10"), ("a=56 b=60", "6")],
    ),
    // A composite: 0.2×80 + 0.3×90 + 0.5×100 = 93.
    (
        "",
        "kind='bands'\nvalue={parts=[{of='a',weight=0.2},{of='b',weight=0.3},{of='c',weight=0.5}]}\nbands=[{from=93,points=10},{from=80,points=5}]",
        10.0,
        &[("a=80 b=90 c=100", "10"), ("a=80 b=90 c=99.9", "5")],
    ),
    // Anchors: 60 % → 60, 100 % → 100, 120 % → 130; the line goes on above, cliff below.
    (
        "",
        "kind='anchored'\nvalue='a'\nabove='extend'\nanchors=[{at=0.6,points=60},{at=1,points=100},{at=1.2,points=130}]",
        100.0,
        &[
            ("a=0.8", "80"),
            ("a=1", "100"),
            ("a=1.1", "115"),
            ("a=1.2", "130"),
            ("a=1.3", "145"),
            ("a=0.5999", "0"),
        ],
    ),
    // Lower is better: 10 days 100, 30 days 0.
    (
        "",
        "kind='anchored'\nvalue='a'\nbelow='hold'\nanchors=[{at=10,points=100},{at=30,points=0}]",
        100.0,
        &[("a=5", "100"), ("a=15", "75"), ("a=40", "0")],
    ),
    (
        "",
        "kind='lateness'\ndays='d'\ndeduct=1\nfree=1\nmost=4",
        10.0,
        &[("d=0", "10"), ("d=1", "10"), ("d=3", "8"), ("d=20", "6"), ("d=1.5", "9")],
    ),
    // Saturday 2026-10-10 is worked: due Friday, done Monday is 2 working days late.
    (
        "",
        "kind='lateness'\ndue='a'\ndone='b'\ncount='working'\nworkdays=['2026-10-10']\ndeduct=2",
        10.0,
        &[
            ("a=2026-10-09 b=2026-10-12", "6"),
            ("a=2026-10-09 b=2026-10-10", "8"),
            ("a=2026-10-10 b=2026-10-11", "10"),
            ("a=2026-10-12 b=2026-10-08", "10"),
        ],
    ),
    (
        "",
        "kind='lateness'\ndue='a'\ndone='b'\nunit=7\ndeduct=3",
        10.0,
        &[
            ("a=2026-10-01 b=2026-10-08", "7"),
            ("a=2026-10-01 b=2026-10-09", "4"),
            ("a=2026-10-09 b=2026-10-01", "10"),
        ],
    ),
    // Worst of two: 3 (100 yuan) and 5 (600 yuan) → 5; both → 8.
    (
        "",
        "kind='tiers'\nmetrics=['a','b']\ntake='worst'\ntiers=[{from=0,deduct=3},{from=500,deduct=5}]",
        10.0,
        &[("a=100 b=600", "5"), ("a=0 b=0", "10")],
    ),
    (
        "",
        "kind='tiers'\nmetrics=['a','b']\ntiers=[{from=0,deduct=3},{from=500,deduct=5}]",
        10.0,
        &[("a=100 b=600", "2")],
    ),
    // 9.2 8.8 9.0 7.0 9.9 without 9.9 and 7.0: 27 ÷ 3.
    (
        "",
        "kind='raters'\ntake='trimmed'\nmarks=[{metric='a'},{metric='b'},{metric='c'},{metric='d'},{metric='e'}]",
        10.0,
        &[("a=9.2 b=8.8 c=9 d=7 e=9.9", "9"), ("a=9 b=9 c=9 d=9 e=9", "9")],
    ),
    // Weights 2 : 1 are two thirds and one third: (2×9 + 6) ÷ 3.
    ("", "kind='raters'\nmarks=[{metric='a',weight=2},{metric='b'}]", 10.0, &[("a=9 b=6", "8")]),
    (
        "",
        "kind='rank'\nmetric='a'\namong=['b','c']\nties='mean'\nbase=2\nahead=20\nbehind=20",
        50.0,
        &[("a=5 b=5 c=1", "60"), ("a=1 b=5 c=5", "30"), ("a=9 b=5 c=5", "70")],
    ),
    (
        "",
        "kind='rank'\nmetric='a'\namong=['b','c']\nleast_first=true\nties='worst'\npoints=[10,6,3]",
        10.0,
        &[("a=1 b=2 c=3", "10"), ("a=2 b=2 c=3", "6"), ("a=9 b=2 c=3", "3")],
    ),
    // 百分制 × 权重: 86 of 100 in an item of 15 points is 12.9.
    ("scale=100", "kind='judged'\nmetric='a'", 15.0, &[("a=86", "12.9"), ("a=100", "15")]),
    // Rounding half up, down, up at one decimal.
    (
        "round={decimals=1}",
        "kind='ratio'\nvalue='a'",
        10.0,
        &[("a=0.835", "8.4"), ("a=0.834", "8.3")],
    ),
    (
        "round={decimals=1,to='down'}",
        "kind='ratio'\nvalue='a'",
        10.0,
        &[("a=0.839", "8.3"), ("a=0.83", "8.3")],
    ),
    (
        "round={decimals=0,to='up'}",
        "kind='ratio'\nvalue='a'",
        10.0,
        &[("a=0.801", "9"), ("a=0.8", "8")],
    ),
    // Clause limits before the item's: −6 at most and +4 at most, then cap 12.
    (
        "cap=12",
        "[[rules]]\nkind='clauses'\nleast=-6\nrules=[{kind='occurrences',events=[{metric='a',deduct=2}]}]\n[[rules]]\nkind='clauses'\nmost=4\nrules=[{kind='occurrences',events=[{metric='b',deduct=-1}]}]",
        10.0,
        &[("a=5 b=1", "5"), ("a=0 b=9", "12"), ("a=9 b=9", "8")],
    ),
    // A veto beside deductions: the bound itself scores.
    (
        "",
        "[[rules]]\nkind='veto'\nmetric='r'\nbelow=0.6\n[[rules]]\nkind='occurrences'\nevents=[{metric='a',deduct=1}]",
        10.0,
        &[("r=0.6 a=2", "8"), ("r=0.59 a=0", "0")],
    ),
    // ≥10% 不得分; ≤60% 不得分: the bound itself is past.
    (
        "",
        "[[rules]]\nkind='veto'\nmetric='a'\nat_least=0.1\n[[rules]]\nkind='veto'\nmetric='r'\nat_most=0.6",
        10.0,
        &[("a=0.1 r=1", "0"), ("a=0.0999 r=1", "10"), ("a=0 r=0.6", "0"), ("a=0 r=0.601", "10")],
    ),
    // 达到110%加5分; 不超过3%加2分.
    (
        "",
        "[[rules]]\nkind='condition'\nmetric='a'\nat_least=1.1\npoints=5\n[[rules]]\nkind='condition'\nmetric='r'\nat_most=0.03\npoints=2",
        10.0,
        &[("a=1.1 r=0.04", "15"), ("a=1.09 r=0.03", "12"), ("a=1.09 r=0.031", "10")],
    ),
    // 85%以上满分，75%以上按 实际÷85%: 0.8 ÷ 0.85 × 17 = 16.
    (
        "",
        "kind='ratio'\nvalue='a'\nfull_at=0.85\ncutoff=0.75\nmost=1",
        17.0,
        &[("a=0.85", "17"), ("a=0.8", "16"), ("a=0.75", "15"), ("a=0.7499", "0"), ("a=1", "17")],
    ),
];

#[test]
fn edges_by_hand() {
    for (keys, rule, points, cases) in CASES {
        let item = item(*points, keys, rule);
        for (list, wanted) in *cases {
            assert_eq!(shown(&item, list), *wanted, "{rule} {list}");
        }
    }
}

#[test]
fn no_score_shows_a_binary_crumb() {
    // Every deduction of 0.01 to 0.99, up to 40 times, from 1 to 30 points: the number shown is
    // the decimal that whole hundredths make.
    for hundredths in 1..100 {
        let item = item(
            30.0,
            "",
            &format!(
                "kind='occurrences'\nevents=[{{metric='a',deduct={}}}]",
                f64::from(hundredths) / 100.0
            ),
        );
        for count in 0..40 {
            let left = (3000 - hundredths * count).max(0);
            let wanted = format!("{}.{:02}", left / 100, left % 100);
            let wanted = wanted.trim_end_matches('0').trim_end_matches('.');
            assert_eq!(shown(&item, &format!("a={count}")), wanted, "{hundredths} × {count}");
        }
    }
}

#[test]
fn every_percentage_of_a_whole_takes_its_own_steps() {
    // n of 1000 against 100 %, one step a tenth of a point: 1000 − n steps, never one more.
    let item =
        item(1000.0, "", "kind='deviation'\nvalue={of='a',over='b'}\nbase=1\nstep=0.001\nbelow=1");
    for n in 1..=1000 {
        assert_eq!(shown(&item, &format!("a={n} b=1000")), n.to_string());
    }
}
