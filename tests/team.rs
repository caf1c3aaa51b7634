//! Grades by shares of a team (强制分布): by hand, in a workbook of many people, over a folder.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common;
#[path = "common/forms.rs"]
mod forms;

use common::{MANY, kaohe, said, sample};
use kaohe::scheme::Scheme;
use kaohe::score::distribution::{Member, grades};
use kaohe::{Options, fill_workbook};

const GRADES: &str = "\n[[grades]]\nname = \"A\"\nfrom = 90\n[[grades]]\nname = \"B\"\nfrom = 80\n\
    [[grades]]\nname = \"C\"\nfrom = 60\n[[grades]]\nname = \"D\"\nfrom = 0\n";

fn scheme(distribution: &str) -> Scheme {
    let text = format!(
        "name = \"试\"\ntitle = \"试\"\n[[metrics]]\nname = \"甲\"\nkind = \"count\"\n[[items]]\n\
         name = \"项目\"\npoints = 100\n[[items.rules]]\nkind = \"occurrences\"\n\
         events = [{{ metric = \"甲\", deduct = 1 }}]\n{GRADES}[distribution]\n{distribution}\n"
    );
    Scheme::parse(&text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"))
}

const SHARES: &str = "shares = [{ grade = \"A\", share = 0.15 }, { grade = \"B\", share = 0.45 }, \
                      { grade = \"C\", share = 0.3 }, { grade = \"D\" }]";

fn given(scheme: &Scheme, team: &[(f64, f64)]) -> String {
    let members: Vec<Member> =
        team.iter().map(|(total, limit)| Member { total: *total, limit: *limit }).collect();
    let distribution = scheme.distribution.as_ref().expect("a distribution");
    let found = grades(scheme, distribution, &members);
    found.iter().map(|g| g.map_or("-", |g| g.name.as_str())).collect()
}

fn free(totals: &[f64]) -> Vec<(f64, f64)> {
    totals.iter().map(|total| (*total, f64::INFINITY)).collect()
}

#[test]
fn heads_by_hand() {
    // Ten people, 15 / 45 / 30 / 10 %: 1.5, 4.5 and 3 heads.
    let ten = free(&[99.0, 98.0, 97.0, 96.0, 95.0, 94.0, 93.0, 92.0, 91.0, 90.0]);
    // Half up: 2, 5, 3, and nobody is left.
    assert_eq!(given(&scheme(SHARES), &ten), "AABBBBBCCC");
    // Down: 1, 4, 3, and 2 left.
    assert_eq!(given(&scheme(&format!("{SHARES}\nheads = \"down\"")), &ten), "ABBBBCCCDD");
    // Up: 2, 5, 3.
    assert_eq!(given(&scheme(&format!("{SHARES}\nheads = \"up\"")), &ten), "AABBBBBCCC");
    // 20 % of 15 is 3, whatever binary fractions say; the order of the people does not matter.
    let fifth = "shares = [{ grade = \"A\", share = 0.2 }, { grade = \"B\" }]\nheads = \"up\"";
    let back: Vec<(f64, f64)> = (0..15).map(|n| (f64::from(n), f64::INFINITY)).collect();
    assert_eq!(given(&scheme(fifth), &back), "BBBBBBBBBBBBAAA");
    // 特等≤1人.
    let one = "shares = [{ grade = \"A\", share = 0.3, most = 1 }, { grade = \"B\" }]";
    assert_eq!(given(&scheme(one), &ten), "ABBBBBBBBB");
    let one = "shares = [{ grade = \"A\", most = 1 }, { grade = \"B\" }]";
    assert_eq!(given(&scheme(one), &ten), "ABBBBBBBBB");
}

#[test]
fn ties_limits_and_small_teams_by_hand() {
    let third = "shares = [{ grade = \"A\", share = 0.25 }, { grade = \"B\", share = 0.5 }, { grade = \"C\" }]";
    let tied = free(&[95.0, 95.0, 80.0, 70.0]);
    // One seat for two equal people: neither; the three seats of A and B go to the first three.
    assert_eq!(given(&scheme(third), &tied), "BBBC");
    assert_eq!(given(&scheme(&format!("{third}\nties = \"upper\"")), &tied), "AABC");
    // The best was warned and may not have an A: the seat goes to the next.
    let warned =
        [(99.0, 80.0), (95.0, f64::INFINITY), (80.0, f64::INFINITY), (70.0, f64::INFINITY)];
    assert_eq!(given(&scheme(third), &warned), "BABC");
    // Too small a team: by points.
    assert_eq!(given(&scheme(&format!("{third}\nleast = 5")), &tied), "AABC");
    assert_eq!(given(&scheme(third), &free(&[95.0])), "A");
    assert_eq!(given(&scheme(third), &[]), "");
}

/// The company's scheme with a distribution: one third 优秀, one third 良好, the rest 合格.
fn company() -> String {
    format!(
        "{}\n[distribution]\nshares = [{{ grade = \"优秀\", share = 0.33 }}, \
         {{ grade = \"良好\", share = 0.33 }}, {{ grade = \"合格\" }}]\n",
        kaohe::scheme::BUILT_IN[0].1
    )
}

#[test]
fn a_workbook_of_the_whole_team() {
    let scheme = Scheme::parse(&company()).expect("sound");
    let fill = |bytes: &[u8]| {
        let options = Options { scheme: Some(scheme.clone()), ..Options::default() };
        fill_workbook(bytes, &options).expect("forms")
    };
    let outcome = fill(&sample(MANY));
    let mut order: Vec<(f64, Option<&str>)> =
        outcome.cards.iter().map(|c| (c.total, c.grade.as_deref())).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let in_order: Vec<Option<&str>> = order.iter().map(|(_, grade)| *grade).collect();
    assert_eq!(in_order, [Some("优秀"), Some("良好"), Some("合格")]);
    // One person's workbook has no team.
    let alone = fill(&sample(common::ONE));
    assert!(alone.whole() && alone.cards[0].grade.is_none());
    assert!(alone.cards[0].problems.iter().any(|p| p.code == "grade-waits"));
    // Nor has a workbook with a form that could not be filled.
    let broken = common::changed(MANY, &[(common::METRICS, "B4", common::text("—"))]);
    let broken = fill(&broken);
    assert!(broken.cards.iter().all(|c| c.grade.is_none()));
}

#[test]
fn a_folder_of_the_whole_team() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(root.join("in")).unwrap();
    let (warehouse, text) = (forms::example("仓库主管"), forms::example_text("仓库主管"));
    let text = format!(
        "{text}{GRADES}[distribution]\nshares = [{{ grade = \"A\", share = 0.25 }}, \
         {{ grade = \"B\", share = 0.5 }}, {{ grade = \"C\" }}]\n"
    );
    std::fs::write(root.join("s.toml"), text).unwrap();
    for (name, wrong) in [("甲", 8), ("乙", 2), ("丙", 4), ("丁", 6)] {
        let figures = format!("账实不符项数={wrong}");
        let bytes = forms::with(&forms::blank(&warehouse, name, "仓储部"), &figures);
        std::fs::write(root.join(format!("in/{name}.xlsx")), bytes).unwrap();
    }
    let args = ["batch", "in", "--out", "out", "--scheme", "s.toml"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{out}{err}");
    let manifest = std::fs::read_dir(root.join("out")).unwrap().flatten().find_map(|entry| {
        let text = std::fs::read_to_string(entry.path()).ok()?;
        text.contains("\"grade\"").then_some(text)
    });
    let mut found: Vec<(String, String)> = manifest
        .expect("a manifest")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON Lines"))
        .filter_map(|row| row.get("entry").cloned())
        .flat_map(|entry| entry["book"]["lines"].as_array().expect("lines").clone())
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            (text("name"), text("grade"))
        })
        .collect();
    found.sort();
    // Totals 100, 94, 88, 82: all would be A or B by points; one A, two B, one C by shares.
    let pair = |name: &str, grade: &str| (name.to_owned(), grade.to_owned());
    assert_eq!(found, [pair("丁", "B"), pair("丙", "B"), pair("乙", "A"), pair("甲", "C")]);
}
