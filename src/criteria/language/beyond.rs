//! 「不得超过3次，超过一次扣2分」 is 「不得超过3次，每超过1次扣2分」: one more than what is allowed, not one.

use super::{Number, Plain, number};

/// Words right before a limit.
const LIMITS: [&str; 27] = [
    "不得超过",
    "不能超过",
    "不应超过",
    "不超过",
    "不超",
    "不得超出",
    "不超出",
    "不得多于",
    "不多于",
    "不大于",
    "不得高于",
    "不高于",
    "控制在",
    "允许",
    "允许有",
    "限",
    "≤",
    "不得少于",
    "不少于",
    "不得低于",
    "不低于",
    "不得小于",
    "不小于",
    "至少",
    "≥",
    "小于等于",
    "大于等于",
];

/// Words of what is beyond a limit, as they stand behind 每.
const BEYOND: [&str; 9] = ["超过", "超出", "超", "多出", "不足", "低于", "少于", "低", "高出"];

/// What may stand between a limit and the comma: 次/月, 3次以内.
const BEHIND: [&str; 20] = [
    "以内不扣分",
    "以内不扣",
    "之内不扣分",
    "之内不扣",
    "不扣分",
    "不扣",
    "/月",
    "/年",
    "/季",
    "/季度",
    "/周",
    "/天",
    "(含)",
    "以内",
    "以内(含)",
    "之内",
    "及以内",
    "为合格",
    "为正常",
    "为达标",
];

impl Plain {
    /// Puts 每 before what is beyond a limit by one unit.
    pub(super) fn beyond_limit(&mut self) {
        let mut index = 1;
        while index < self.chars.len() {
            let parted = "，,;。".contains(self.get(index - 1));
            if let Some((limit, unit)) = parted.then(|| self.beyond_by_one(index)).flatten() {
                let at = self.at.get(index).copied().unwrap_or_default();
                self.chars.insert(index, '每');
                self.at.insert(index, at);
                // 允许2次 is 不超过2次.
                if unit
                    && let Some(allowed) =
                        limit.checked_sub(2).filter(|at| self.starts(*at, "允许"))
                {
                    let at = self.at.get(allowed).copied().unwrap_or_default();
                    self.chars.splice(allowed..limit, "不超过".chars());
                    self.at.splice(allowed..limit, [at; 3]);
                }
            }
            index += 1;
        }
    }

    /// Where the limit's number begins that 「超过一次扣2分」 at a place is beyond, and whether a word
    /// stands before it.
    fn beyond_by_one(&self, index: usize) -> Option<(usize, bool)> {
        let words = BEYOND.iter().filter(|word| self.starts(index, word));
        let word = words.max_by_key(|word| word.chars().count())?;
        let from = index + word.chars().count();
        let (step, used) = number(self, from, true)?;
        let mut verb = from + used;
        if matches!(self.get(verb), '，' | ',') {
            verb += 1;
        }
        let scores = "扣减加奖".contains(self.get(verb));
        if step.value != 1.0 || step.ordinal || step.unit.is_empty() || step.unit == "分" || !scores
        {
            return None;
        }
        let (limit, at, word) = self.limit_before(index - 1)?;
        let same = limit.unit == step.unit;
        (same && limit.scaled() > step.scaled()).then_some((at, word))
    }

    /// The limit that ends right before a place: its number, where that begins, whether a word stands
    /// before it.
    fn limit_before(&self, end: usize) -> Option<(Number, usize, bool)> {
        let head = (0..end).rev().find(|at| "。;\n".contains(self.get(*at)));
        let head = head.map_or(0, |at| at + 1);
        // The last number of the part that reaches to its end but for 以内 and the like.
        for at in (head..end).rev() {
            if self.get(at.wrapping_sub(1)).is_ascii_digit() || self.get(at.wrapping_sub(1)) == '.'
            {
                continue;
            }
            let Some((limit, used)) = number(self, at, true).filter(|(n, _)| !n.ordinal) else {
                continue;
            };
            let rest = self.slice(at + used, end);
            let within = ["以内", "之内"].iter().any(|word| rest.contains(word));
            if !rest.is_empty() && !BEHIND.contains(&rest.as_str()) {
                return None;
            }
            let worded = LIMITS.iter().any(|word| {
                let length = word.chars().count();
                at >= length && self.starts(at - length, word)
            });
            return (worded || within).then_some((limit, at, worded));
        }
        None
    }
}
