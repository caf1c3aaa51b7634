//! Grades by shares of a team (强制分布): by hand, in a workbook of many people, over a folder.

use crate::common::{self, MANY, forms, kaohe, said, sample};
use kaohe::scheme::Scheme;
use kaohe::score::distribution::{Member, grades, grades_by_team};
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

/// Grades of people of departments, `-` for none.
fn given_by_team(scheme: &Scheme, people: &[(&str, f64)]) -> String {
    let distribution = scheme.distribution.as_ref().expect("a distribution");
    let people: Vec<_> = people
        .iter()
        .map(|(department, total)| {
            let member = Member { total: *total, limit: f64::INFINITY };
            (distribution.team(Some(department)), member)
        })
        .collect();
    let found = grades_by_team(scheme, distribution, &people);
    found.iter().map(|g| g.map_or("-", |g| g.name.as_str())).collect()
}

#[test]
fn departments_by_hand() {
    let third = "shares = [{ grade = \"A\", share = 0.25 }, { grade = \"B\", share = 0.5 }, { grade = \"C\" }]";
    let people = [
        ("客服部", 80.0),
        ("物流部", 50.0),
        ("客服部", 95.0),
        ("物流部", 70.0),
        // The same department, as another types it.
        ("客服 部", 90.0),
        ("", 99.0),
        ("物流部", 60.0),
        ("　", 98.0),
        ("客服部", 85.0),
    ];
    // 客服部, 4 people: 1, 2, 1. 物流部, 3 people: 0.75 and 1.5 heads, so 1, 2, 0.
    let by = scheme(&format!("{third}\nby = \"department\""));
    assert_eq!(given_by_team(&by, &people), "CBAAB-B-B");
    // Together, 9 people: 2.25 and 4.5 heads, so 2 and 5, and 2 are left.
    for text in [third.to_owned(), format!("{third}\nby = \"team\"")] {
        assert_eq!(given_by_team(&scheme(&text), &people), "BCBBBACAB");
    }
    // 3 people by 15 / 45 / 30 %: 0.45, 1.35 and 0.9 heads.
    let small = [("客", 99.0), ("客", 98.0), ("客", 97.0)];
    let of = |rest: &str| {
        given_by_team(&scheme(&format!("{SHARES}\nby = \"department\"\n{rest}")), &small)
    };
    assert_eq!(of(""), "BCD");
    assert_eq!(of("heads = \"up\""), "ABB");
    assert_eq!(of("heads = \"down\""), "BDD");
    // Below the least, by points: 97 is an A.
    assert_eq!(of("least = 4"), "AAA");
    let wrong = "shares = [{ grade = \"A\", share = 0.2 }, { grade = \"B\" }]\nby = \"sex\"";
    let text = format!(
        "name = \"试\"\ntitle = \"试\"\nmetrics = []\nitems = []\n{GRADES}[distribution]\n{wrong}\n"
    );
    assert!(Scheme::parse(&text).is_err());
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

/// Everybody's name and grade in the manifest, by name, and whom a notice says to have no department.
fn graded(root: &std::path::Path) -> (Vec<(String, String)>, Vec<String>) {
    let text = std::fs::read_to_string(root.join("out/.kaohe-manifest.json")).expect("a manifest");
    let entries: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON Lines"))
        .filter_map(|row| row.get("entry").cloned())
        .collect();
    let of = |list: &str| -> Vec<serde_json::Value> {
        let lists = entries.iter().map(|entry| entry["book"][list].as_array().expect(list));
        lists.flatten().cloned().collect()
    };
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or("-").to_owned();
    let mut found: Vec<(String, String)> =
        of("lines").iter().map(|line| (text(line, "name"), text(line, "grade"))).collect();
    found.sort();
    let told = of("findings");
    let told = told.iter().filter(|finding| finding["code"] == "grade-no-department");
    (found, told.map(|finding| text(finding, "person")).collect())
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
    let (found, _) = graded(root);
    // Totals 100, 94, 88, 82: all would be A or B by points; one A, two B, one C by shares.
    let pair = |name: &str, grade: &str| (name.to_owned(), grade.to_owned());
    assert_eq!(found, [pair("丁", "B"), pair("丙", "B"), pair("乙", "A"), pair("甲", "C")]);
}

#[test]
fn a_folder_of_departments() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(root.join("in")).unwrap();
    let (warehouse, text) = (forms::example("仓库主管"), forms::example_text("仓库主管"));
    let text = format!(
        "{text}{GRADES}[distribution]\nby = \"department\"\nshares = [{{ grade = \"A\", share = 0.25 }}, \
         {{ grade = \"B\", share = 0.5 }}, {{ grade = \"C\" }}]\n"
    );
    std::fs::write(root.join("s.toml"), text).unwrap();
    let put = |name: &str, department: &str, wrong: u32| {
        let figures = format!("账实不符项数={wrong}");
        let bytes = forms::with(&forms::blank(&warehouse, name, department), &figures);
        std::fs::write(root.join(format!("in/{name}.xlsx")), bytes).unwrap();
    };
    for (name, department, wrong) in [
        ("甲", "一部", 8),
        ("乙", "一部", 2),
        ("丙", "一部", 4),
        ("丁", "一部", 6),
        ("戊", "二部", 3),
        ("己", "二部", 4),
        ("庚", "二部", 5),
        ("辛", "", 0),
    ] {
        put(name, department, wrong);
    }
    let args = ["batch", "in", "--out", "out", "--scheme", "s.toml"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{out}{err}");
    // 一部: 1, 2, 1 in the order 乙 丙 丁 甲; 二部: 0.75 and 1.5 heads, so 1 and 2; 辛 has none.
    let pair = |(name, grade): &(&str, &str)| ((*name).to_owned(), (*grade).to_owned());
    let first = [
        ("丁", "B"),
        ("丙", "B"),
        ("乙", "A"),
        ("己", "B"),
        ("庚", "B"),
        ("戊", "A"),
        ("甲", "C"),
        ("辛", "-"),
    ];
    let first = (first.iter().map(pair).collect::<Vec<_>>(), vec!["辛".to_owned()]);
    let found = graded(root);
    assert_eq!((sorted(found.0), found.1), (sorted(first.0.clone()), first.1.clone()));
    // Again from the manifest: the same, and told once.
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let found = graded(root);
    assert_eq!((sorted(found.0), found.1), (sorted(first.0), first.1));
    // With a department 辛 is the best of 二部, of now 4 people: 1, 2, 1.
    put("辛", "二部", 0);
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let (found, told) = graded(root);
    let of = |name: &str| found.iter().find(|(n, _)| n == name).expect("the person").1.clone();
    assert_eq!(["辛", "戊", "己", "庚"].map(of), ["A", "B", "B", "C"]);
    assert!(told.is_empty(), "{told:?}");
}

fn sorted(mut list: Vec<(String, String)>) -> Vec<(String, String)> {
    list.sort();
    list
}

#[test]
fn departments_in_one_workbook() {
    let text =
        company().replace("[distribution]\n", "[distribution]\nby = \"department\"\nleast = 1\n");
    let options =
        Options { scheme: Some(Scheme::parse(&text).expect("sound")), ..Options::default() };
    let before = fill_workbook(&sample(MANY), &options).expect("forms");
    let sheets: Vec<String> = before.cards.iter().map(|c| c.sheet_name.clone()).collect();
    // One alone in a department, one without: 1/3 of one person is no head, and the rest is 合格.
    let bytes = common::changed(
        MANY,
        &[
            (&sheets[0], "B2", common::text("部门：别的部")),
            (&sheets[1], "B2", common::text("部门：")),
        ],
    );
    let after = fill_workbook(&bytes, &options).expect("forms");
    let grades: Vec<Option<&str>> = after.cards.iter().map(|c| c.grade.as_deref()).collect();
    assert_eq!(grades, [Some("合格"), None, Some("合格")]);
    let told = |index: usize| {
        after.cards[index].problems.iter().filter(|p| p.code == "grade-no-department").count()
    };
    assert_eq!([told(0), told(1), told(2)], [0, 1, 0]);
    assert!(after.whole());
}

/// A label that was left blank does not take what stands labelled right of it.
#[test]
fn a_blank_department_or_person_is_none() {
    let read = |cell: &str, text: &str| {
        let bytes = common::changed(common::ONE, &[(common::FORM, cell, common::text(text))]);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("a form");
        let card = &outcome.cards[0];
        (card.person.clone(), card.department.clone(), card.month.map(|m| m.to_string()))
    };
    let all = |person: Option<&str>, department: Option<&str>| {
        (person.map(str::to_owned), department.map(str::to_owned), Some("2026-10".to_owned()))
    };
    for blank in ["部门：", "部门:____", "部门"] {
        assert_eq!(read("B2", blank), all(Some("王丽"), None), "{blank}");
    }
    for blank in ["被考核人：", "被考核人"] {
        assert_eq!(read("A2", blank), all(None, Some("客服部")), "{blank}");
    }
    let two = "被考核人：王丽  部门：客服部";
    assert_eq!(read("A2", two).0.as_deref(), Some("王丽"));
    assert_eq!(read("A2", "被考核人：  部门：客服部"), all(None, Some("客服部")));
}

#[test]
fn grades_that_wait_say_for_what_and_the_reading_is_the_shares() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(root.join("in")).unwrap();
    let (warehouse, text) = (forms::example("仓库主管"), forms::example_text("仓库主管"));
    let text = format!(
        "{text}{GRADES}[distribution]\nshares = [{{ grade = \"A\", share = 0.25 }}, \
         {{ grade = \"B\", share = 0.5 }}, {{ grade = \"C\" }}]\n"
    );
    std::fs::write(root.join("s.toml"), text).unwrap();
    let put = |name: &str, wrong: &str| {
        let figures = format!("账实不符项数={wrong}");
        let bytes = forms::with(&forms::blank(&warehouse, name, "仓储部"), &figures);
        std::fs::write(root.join(format!("in/{name}.xlsx")), bytes).unwrap();
    };
    for (name, wrong) in [("甲", "8"), ("乙", "2"), ("丙", "4"), ("丁", "许多")] {
        put(name, wrong);
    }
    let args = ["batch", "in", "--out", "out", "--scheme", "s.toml"];
    let notices = || -> Vec<String> {
        let bytes = std::fs::read(root.join("out/汇总.xlsx")).expect("a summary");
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("calamine opens");
        let range = calamine::Reader::worksheet_range(&mut book, "提示").expect("notices");
        range.rows().map(|row| row.iter().map(ToString::to_string).collect::<String>()).collect()
    };
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && err.contains("要等每一份工作簿都填好才给"), "{err}");
    let told = notices();
    let waits: Vec<&String> = told.iter().filter(|row| row.contains("强制分布")).collect();
    assert!(waits.iter().any(|row| row.contains("A 25 %，B 50 %，其余C")), "{waits:?}");
    // Three people wait; nobody is sent to the command that is running.
    assert_eq!(waits.iter().filter(|row| row.contains("填好「问题」里的工作簿")).count(), 3);
    assert!(!told.iter().any(|row| row.contains("kaohe batch") || row.contains('≥')), "{told:?}");
    put("丁", "6");
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 0 && !err.contains("强制分布"), "{err}");
    assert!(!notices().iter().any(|row| row.contains("要等")));
    let (found, _) = graded(root);
    assert!(found.iter().all(|(_, grade)| grade != "-"), "{found:?}");
}
