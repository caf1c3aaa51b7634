//! The form's own criteria against the scheme: a changed number is told, nothing else is.

use crate::common::*;
use kaohe::problem::Problem;
use kaohe::scheme::Scheme;
use kaohe::{Options, fill_workbook};

const CODE: &str = "criteria-differ";

fn warnings(bytes: &[u8], scheme: Option<Scheme>) -> Vec<Problem> {
    let outcome = fill_workbook(bytes, &Options { scheme, ..Options::default() }).expect("a form");
    assert!(!outcome.cards.is_empty());
    let problems = outcome.cards.into_iter().flat_map(|card| card.problems);
    problems.filter(|p| p.code == CODE).collect()
}

#[test]
fn the_company_forms_are_not_warned_of() {
    let mut seen = 0;
    for entry in std::fs::read_dir(sample_path("")).expect("samples").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("客服主管") {
            let bytes = std::fs::read(entry.path()).expect("a sample");
            assert_eq!(warnings(&bytes, None), [], "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

/// Cells of the criteria column with their texts.
fn criteria() -> Vec<(String, String)> {
    (4..=12)
        .filter_map(|row| {
            let cell = format!("B{row}");
            let text = seen(&sample(ONE), FORM, &cell).to_string();
            (row != 11 && !text.is_empty()).then_some((cell, text))
        })
        .collect()
}

/// Every number of a text that is no paragraph's: where it stands, how long, and its value.
fn numbers(text: &str) -> Vec<(usize, usize, u32)> {
    let mut out = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut at = 0;
    while at < chars.len() {
        let (start, c) = chars[at];
        if !c.is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < chars.len() && chars[end].1.is_ascii_digit() {
            end += 1;
        }
        let stop = chars.get(end).map_or(text.len(), |c| c.0);
        if chars.get(end).map(|c| c.1) != Some('、') {
            out.push((start, stop, text[start..stop].parse().unwrap()));
        }
        at = end;
    }
    out
}

#[test]
fn a_changed_number_is_told_wherever_it_stands() {
    let mut tried = 0;
    for (cell, text_) in criteria() {
        for (start, end, value) in numbers(&text_) {
            let new = value + 1;
            let edited = format!("{}{new}{}", &text_[..start], &text_[end..]);
            let found = warnings(&changed(ONE, &[(FORM, &cell, text(&edited))]), None);
            // One, but for the bound of a bound: 「超出2秒」 of 19 seconds is 21.
            assert!((1..=2).contains(&found.len()), "{edited}\n{found:#?}");
            let says = |words: &str| {
                let plain = words.contains(&new.to_string());
                plain || words.contains(&format!("0.{new}")) || new == 101 && words.contains("1.01")
            };
            assert!(found.iter().any(|p| says(&p.what.zh)), "{edited}\n{found:#?}");
            for problem in &found {
                assert_eq!((problem.sheet.as_deref(), problem.cell), (Some(FORM), Some(at(&cell))));
                assert!(!problem.blocks());
            }
            tried += 1;
        }
        // 每低一个百分点 → 每低两个百分点
        for (place, word) in text_.match_indices("一个百分点") {
            let edited = format!("{}两个百分点{}", &text_[..place], &text_[place + word.len()..]);
            let found = warnings(&changed(ONE, &[(FORM, &cell, text(&edited))]), None);
            assert_eq!(found.len(), 1, "{edited}\n{found:#?}");
            tried += 1;
        }
    }
    // Counted in the form by hand: 3 + 3 + 4 + 2 + 2 + 1 + 0 + 20 numbers, and 8 百分点.
    assert!(tried > 35, "{tried}");
}

#[test]
fn both_readings_are_shown() {
    let edited = seen(&sample(ONE), FORM, "B5").to_string().replace("每次扣2分", "每次扣3分");
    let found = warnings(&changed(ONE, &[(FORM, "B5", text(&edited))]), None);
    let words = &found[0].what.zh;
    assert!(words.contains("读作 每次扣 3；方案按 每次扣 2 计算"), "{words}");
    assert!(words.contains("每次扣3分"), "{words}");
    // A fine beside the points.
    let edited = seen(&sample(ONE), FORM, "B5").to_string().replace("50-100元", "80-100元");
    let found = warnings(&changed(ONE, &[(FORM, "B5", text(&edited))]), None);
    assert!(found[0].what.zh.contains("80–100 元；方案按 50–100 元"), "{}", found[0].what.zh);
}

#[test]
fn other_words_for_the_same_rule_are_not_told() {
    for (cell, words) in [
        ("B4", "完成率=实际完成额÷计划营业额×100%，以100%为基准，每低1%扣2分，每高1%加2分"),
        ("B5", "未及时准确处理的投诉，每起扣２分"),
        (
            "B6",
            "处理率=中差评实际修改数÷当月中差评数×100%，低于95%时，每低 1 个百分点扣 2 分；高于95%时，每提升 1 个百分点奖励 2 分。",
        ),
        ("B7", "经确认失职的每次扣2分；无故延误活动或培训，每人次扣1分。"),
        ("B9", "2026年修订：新员工流失每人次扣2分。"),
        ("B10", "评定0到5分。"),
    ] {
        let found = warnings(&changed(ONE, &[(FORM, cell, text(words))]), None);
        assert_eq!(found, [], "{words}");
    }
}

#[test]
fn a_scheme_changed_with_the_form_is_not_warned_of() {
    let edited = seen(&sample(ONE), FORM, "B5").to_string().replace("每次扣2分", "每次扣3分");
    let bytes = changed(ONE, &[(FORM, "B5", text(&edited))]);
    let own = kaohe::scheme::BUILT_IN[0].1;
    let newer = own.replace(
        "{ metric = \"未及时处理投诉次数\", deduct = 2 }",
        "{ metric = \"未及时处理投诉次数\", deduct = 3 }",
    );
    assert_ne!(own, newer);
    assert_eq!(warnings(&bytes, Some(Scheme::parse(&newer).unwrap())), []);
    // The scheme alone is changed: the words that it records are the form's, and nothing is told of
    // them, since HR decides in the scheme.
    assert_eq!(warnings(&bytes, Some(Scheme::parse(own).unwrap())).len(), 1);
}

/// A limit that HR adds to the words changes no number that was there.
#[test]
fn an_added_limit_is_told() {
    let texts = criteria();
    for (cell, added) in [
        ("B4", "最高奖励10分"),
        ("B4", "最高不超过20分"),
        ("B4", "上限20分"),
        ("B4", "得分不得超过权重分值"),
        ("B4", "不足一个百分点的按一个百分点计算"),
        ("B4", "低于80%的本项不得分"),
        ("B5", "最多扣4分"),
        ("B5", "超过3次本项不得分"),
        ("B6", "最低5分"),
        ("B6", "下不保底"),
        ("B6", "至多扣6分"),
        ("B6", "以4分为限"),
        ("B5", "发生重大投诉的本项清零"),
    ] {
        let (_, own) = texts.iter().find(|(at, _)| at == cell).expect(cell);
        for joined in [format!("{own}{added}"), format!("{own}\n3、{added}。")] {
            let bytes = changed(ONE, &[(FORM, cell, text(&joined))]);
            let found = warnings(&bytes, None);
            assert_eq!(found.len(), 1, "{joined}: {found:#?}");
            assert!(found[0].what.zh.contains(added), "{found:#?}");
        }
    }
    // What the scheme keeps anyway is no news.
    for (cell, added) in [("B5", "扣完为止"), ("B5", "最多扣10分"), ("B5", "最低0分")] {
        let (_, own) = texts.iter().find(|(at, _)| at == cell).expect(cell);
        let bytes = changed(ONE, &[(FORM, cell, text(&format!("{own}{added}")))]);
        assert_eq!(warnings(&bytes, None), [], "{added}");
    }
}

/// A text near the longest that a cell of Excel holds.
#[test]
fn a_text_too_long_to_be_read_is_told_at_once() {
    let long = "每次扣2分，情况属实的从重处理。".repeat(2_000);
    let found = warnings(&changed(ONE, &[(FORM, "B5", text(&long))]), None);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.zh.contains("有 32000 个字"), "{}", found[0].what.zh);
}

/// A rule of another kind, one that is added and one that is left out, each as HR might write it.
#[test]
fn another_rule_is_told() {
    let texts = criteria();
    let own = |cell: &str| texts.iter().find(|(at, _)| at == cell).expect(cell).1.clone();
    let turnover = "低于100%时，每低一个百分点扣2分";
    let added = |cell: &str, words: &str| (own(cell) + words, words.to_owned());
    let instead = |cell: &str, from: &str, to: &str| {
        let text = own(cell).replace(from, to);
        assert_ne!(text, own(cell), "{from}");
        (text, to.to_owned())
    };
    let whole = |text: &str, says: &str| (text.to_owned(), says.to_owned());
    for (cell, (text_, says)) in [
        ("B4", whole("100%以上得15分，90%-99%得10分，80%-89%得5分，80%以下0分", "90%-99%得10分")),
        ("B4", whole("得分=达成度×15分", "得分=达成度×15分")),
        ("B4", whole("达成率每低1%扣1分，超额不加分", "每低1%扣1分")),
        ("B4", instead("B4", "高于100%时，每高", "高于105%时，每高")),
        ("B4", added("B4", "3、本月不考核，按满分计。")),
        ("B4", added("B4", "第四季度基准为110%。")),
        ("B4", added("B4", "小数部分按比例折算。")),
        ("B4", whole(turnover, "每低一个百分点扣2分")),
        ("B5", instead("B5", "每次扣2分", "第一次扣2分，第二次起每次扣5分")),
        ("B5", instead("B5", "每次扣2分", "超过2次后每次扣2分")),
        ("B5", added("B5", "重大投诉每次扣5分。")),
        ("B5", added("B5", "当月零投诉奖励2分。")),
        ("B6", whole("处理率×10分", "处理率×10分")),
        ("B7", added("B7", "迟到每次扣0.5分")),
        ("B9", instead("B9", "每人次扣2分", "每流失2人次扣2分")),
        ("B12", instead("B12", "不及格者每人次扣5分", "不及格者不扣分")),
        ("B12", instead("B12", "，其中超出2秒以上的该人次再加扣1分", "")),
    ] {
        let found = warnings(&changed(ONE, &[(FORM, cell, text(&text_))]), None);
        assert!(!found.is_empty() && found.len() <= 4, "{text_}: {found:#?}");
        let key = says.trim_end_matches('。').trim_start_matches("3、");
        let whole: String = found.iter().map(|p| p.what.zh.as_str()).collect();
        assert!(whole.contains(key), "{key}: {whole}");
    }
    // The same in other words.
    let later = own("B12").replace("其中超出2秒以上的该人次再加扣1分", "高于20秒的再扣1分");
    assert_ne!(later, own("B12"));
    for (cell, text_) in [
        ("B4", own("B4") + "上不封顶。"),
        ("B4", own("B4") + "（不足一个百分点不计）"),
        ("B12", later),
    ] {
        let found = warnings(&changed(ONE, &[(FORM, cell, text(&text_))]), None);
        assert_eq!(found, [], "{text_}");
    }
}
