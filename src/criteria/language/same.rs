//! More spellings that say the same: 「60%为基准得20分」 is 「60%得20分」, 「0投诉」 is 「无投诉」.

use super::{Plain, number};

/// Units of a time.
const TIMES: [&str; 3] = ["秒", "分钟", "小时"];
/// What there should be none of.
const NONE: [&str; 12] = [
    "投诉", "客诉", "事故", "差错", "失误", "缺陷", "漏检", "违规", "违纪", "延误", "退货", "错误",
];

impl Plain {
    /// Puts them right.
    pub(super) fn same(&mut self) {
        let mut index = 0;
        while index < self.chars.len() {
            self.within_a_time(index);
            self.based(index);
            self.none_of_it(index);
            // 「97%≤，＜99%」 has both ends.
            let ends =
                matches!(self.get(index), '≤' | '<') && matches!(self.get(index + 2), '≤' | '<');
            if ends && matches!(self.get(index + 1), '，' | ',') {
                self.chars.remove(index + 1);
                self.at.remove(index + 1);
            }
            index += 1;
        }
    }

    /// Puts words in the place of a range.
    fn put(&mut self, from: usize, to: usize, words: &str) {
        let at = self.at.get(from).copied().unwrap_or_default();
        self.at.splice(from..to, words.chars().map(|_| at));
        self.chars.splice(from..to, words.chars());
    }

    /// 「180秒以内不扣分，每超10秒扣1分」 is 「180秒以内得满分」.
    fn within_a_time(&mut self, index: usize) {
        let Some(word) = ["不扣分", "不扣"].into_iter().find(|word| self.starts(index, word))
        else {
            return;
        };
        let end = index + word.chars().count();
        let within = TIMES.iter().flat_map(|unit| [format!("{unit}以内"), format!("{unit}之内")]);
        let bound = within.into_iter().any(|bound| {
            let from = index.checked_sub(bound.chars().count());
            from.is_some_and(|from| self.starts(from, &bound))
        });
        let step = matches!(self.get(end), '，' | ',' | ';') && self.starts(end + 1, "每超");
        if bound && step {
            self.put(index, end, "得满分");
        }
    }

    /// 「60%为基准得20分」 is 「60%得20分」, where steps follow.
    fn based(&mut self, index: usize) {
        const WORDS: [&str; 5] = ["为基准得", "为达标得", "为目标得", "为标准得", "为基准分得"];
        let Some(word) = WORDS.iter().find(|word| self.starts(index, word)) else { return };
        let got = index + word.chars().count();
        let points = number(self, got, true).filter(|(n, _)| n.unit == "分");
        let Some((_, used)) = points else { return };
        let step =
            matches!(self.get(got + used), '，' | ',' | ';') && self.get(got + used + 1) == '每';
        if self.get(index.wrapping_sub(1)) == '%' && step {
            self.put(index, got, "得");
        }
    }

    /// 「0投诉得20分」 is 「无投诉得20分」.
    fn none_of_it(&mut self, index: usize) {
        let begins = index == 0 || "，,;。\n".contains(self.get(index - 1));
        let thing = NONE.iter().any(|thing| {
            let end = index + 1 + thing.chars().count();
            self.starts(index + 1, thing) && (self.get(end) == '得' || self.starts(end, "满分"))
        });
        if self.get(index) == '0' && begins && thing {
            self.put(index, index + 1, "无");
        }
    }
}
