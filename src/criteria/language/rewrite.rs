//! Spellings that say the same, made one: 「低于目标每1%」 is 「每低1%」, 「按2分扣罚」 is 「扣2分」.

use super::{CLOCK, Plain, number};

/// Whether a step upwards begins behind the points of a bound.
fn full_step(plain: &Plain, after: usize, step: usize) -> bool {
    const UP: [&str; 8] = ["每增加", "每上升", "每升", "每超过", "每超", "每高", "每提高", "每多"];
    after > 0 && step > after && UP.iter().any(|word| plain.starts(step, word))
}

/// Sides named before 每, and as they stand behind it.
const TURNED: [(&str, char); 16] = [
    ("低于目标值每", '低'),
    ("低于目标每", '低'),
    ("低于标准每", '低'),
    ("低于基准每", '低'),
    ("低于部分每", '低'),
    ("不足部分每", '低'),
    ("高于目标值每", '高'),
    ("高于目标每", '高'),
    ("高于标准每", '高'),
    ("高于基准每", '高'),
    ("高出部分每", '高'),
    ("超过目标每", '高'),
    ("超出目标每", '高'),
    ("超过标准每", '高'),
    ("超出部分每", '超'),
    ("超过部分每", '超'),
];

/// Units of what is counted.
const COUNTS: &str = "次起例件项个条单批人小";

/// What may stand in the place of 每低 where 每 is said once.
const SIDES: &str = "高 低 多 少 超 增加 减少 增 减 升 降 上升 下降 提高 降低";

impl Plain {
    /// The colon of 9:00 parts nothing: it becomes a sign of its own.
    pub(super) fn clocks(&mut self) {
        for index in 1..self.chars.len() {
            let two = |from: usize| (from..from + 2).all(|i| self.get(i).is_ascii_digit());
            let own = self.get(index) == ':' && two(index + 1) && self.get(index + 1) < '6';
            let longer =
                self.get(index + 3).is_ascii_digit() || matches!(self.get(index + 3), '%' | '.');
            // 「20:10分」 may be 10 points for 20.
            let points = self.get(index + 3) == '分' && self.get(index + 4) != '前';
            let head = self.digits_before(index);
            let hours = self.slice(head, index).parse::<u32>();
            let digits = hours.is_ok_and(|h| h <= 24 && index - head <= 2);
            if own && !longer && !points && digits {
                self.chars.splice(index..=index, [CLOCK]);
            }
        }
    }

    /// 「80%(含)~90%」 is 「80%~90%」: that the lower end belongs is the usual reading.
    pub(super) fn drop_included(&mut self) {
        // 「3次以上(含3次)」 is 「3次以上(含)」.
        let mut index = 0;
        while index < self.chars.len() {
            let head = if self.starts(index, "(不含") { 3 } else { 2 };
            if self.starts(index, "(含") || head == 3 {
                let own = number(self, index + head, true).map(|(_, used)| index + head + used);
                if let Some(end) = own.filter(|end| self.get(*end) == ')') {
                    self.chars.drain(index + head..end);
                    self.at.drain(index + head..end);
                }
            }
            index += 1;
        }
        let mut index = 0;
        while index < self.chars.len() {
            if ["(含)~", "(含)-", "(含)至", "(含)到"].iter().any(|w| self.starts(index, w)) {
                self.chars.drain(index..index + 3);
                self.at.drain(index..index + 3);
            }
            index += 1;
        }
    }

    /// 「每比目标低1%」 is 「每目标低1%」.
    pub(super) fn compared(&mut self) {
        for index in 0..self.chars.len() {
            if self.starts(index, "每比") && !self.starts(index, "每比例") {
                self.chars.remove(index + 1);
                self.at.remove(index + 1);
            }
        }
    }

    /// 「低于目标每1%扣1分」 is 「每低1%扣1分」.
    pub(super) fn each_first(&mut self) {
        let mut index = 0;
        while index < self.chars.len() {
            let turned = TURNED.iter().find_map(|(words, side)| {
                let end = index + words.chars().count();
                let counted = number(self, end, true).is_some();
                // 「超出部分每次扣2分」 is 「每超1次扣2分」.
                let one = words.contains("部分") && COUNTS.contains(self.get(end));
                // 「2次以内不扣，超出部分每次扣2分」 says itself from where.
                let found = self.starts(index, words)
                    && (counted || one && !self.part_of_sentence(index, "。;\n").contains("不扣"));
                found.then_some((end, *side, one && !counted))
            });
            if let Some((end, side, one)) = turned {
                let at = self.at.get(index).copied().unwrap_or_default();
                let each = ['每', side].into_iter().chain(one.then_some('1'));
                self.chars.splice(index..end, each);
                self.at.splice(index..end, vec![at; if one { 3 } else { 2 }]);
            }
            index += 1;
        }
    }

    /// 「1.5%以内不扣分，每超0.5%扣2分」 is 「1.5%以内得满分」. Of counts it forgives some, and stays.
    pub(super) fn not_taken(&mut self) {
        const WORDS: [&str; 3] = ["不予扣分", "不扣分", "不扣"];
        const BOUNDS: [&str; 6] = ["%以内", "%以下", "%之内", "%及以下", "%(含)", "%"];
        for index in 0..self.chars.len() {
            let Some(word) = WORDS.iter().find(|word| self.starts(index, word)) else { continue };
            let end = index + word.chars().count();
            let before = |bound: &&str| {
                let length = bound.chars().count();
                index.checked_sub(length).is_some_and(|at| self.starts(at, bound))
            };
            if matches!(self.get(end), '，' | ',' | ';') && BOUNDS.iter().any(before) {
                let at = self.at.get(index).copied().unwrap_or_default();
                self.chars.splice(index..end, "得满分".chars());
                self.at.splice(index..end, [at; 3]);
            }
        }
    }

    /// 「10%以下得10分，每增加2%减1分」 is 「不超过10%得10分」: one bound from which steps are counted.
    pub(super) fn at_most(&mut self) {
        let mut index = 0;
        while index < self.chars.len() {
            let head = self.digits_before(index);
            if self.starts(index, "%以下") && head < index {
                let said = self.get(index + 3) == '得';
                let end = index + 3 + usize::from(said);
                let full = number(self, end, true).filter(|(n, _)| n.unit == "分");
                let after = full.map(|(_, used)| end + used).unwrap_or_default();
                let step = after + usize::from(matches!(self.get(after), '，' | ',' | ';'));
                if full_step(self, after, step) && !self.starts(head.saturating_sub(3), "不超过")
                {
                    let at = self.at.get(head).copied().unwrap_or_default();
                    let gets = if said { "" } else { "得" };
                    self.chars.splice(index + 1..index + 3, gets.chars());
                    self.at.splice(index + 1..index + 3, gets.chars().map(|_| at));
                    self.chars.splice(head..head, "不超过".chars());
                    self.at.splice(head..head, [at; 3]);
                }
            }
            index += 1;
        }
    }

    /// Where the digits that end at an index begin.
    pub(super) fn digits_before(&self, index: usize) -> usize {
        let own = self.chars.get(..index).unwrap_or_default();
        index - own.iter().rev().take_while(|c| c.is_ascii_digit() || **c == '.').count()
    }

    /// 「每低1%扣1分，高1%加1分」: 每 holds for the second side too.
    pub(super) fn repeat_each(&mut self) {
        let mut index = 1;
        let mut each = false;
        while index < self.chars.len() {
            match self.get(index - 1) {
                '每' => each = "高低多少超增减升降上下提比目".contains(self.get(index)),
                '。' | '\n' => each = false,
                '，' | ',' | ';' | '、' if each => {
                    let side = SIDES.split(' ').filter(|w| self.starts(index, w));
                    let used = side.map(|w| w.chars().count()).max().unwrap_or(0);
                    let step = number(self, index + used, true).filter(|_| used > 0);
                    let verb = step.map(|(_, more)| self.get(index + used + more));
                    if verb.is_some_and(|c| "扣加减奖".contains(c)) {
                        let at = self.at.get(index).copied().unwrap_or_default();
                        self.chars.insert(index, '每');
                        self.at.insert(index, at);
                    }
                }
                _ => {}
            }
            index += 1;
        }
    }

    /// 「每人每次」 is 「每人次」.
    pub(super) fn times_each(&mut self) {
        for index in 0..self.chars.len() {
            let unit = "人台车件项批班".contains(self.get(index + 1));
            if unit && self.get(index) == '每' && self.starts(index + 2, "每次") {
                self.chars.remove(index + 2);
                self.at.remove(index + 2);
            }
        }
    }

    /// 「每逾期一天按0.5分扣减」 is 「每逾期一天扣0.5分」.
    pub(super) fn verb_first(&mut self) {
        const VERBS: [(&str, char); 14] = [
            ("予以扣除", '扣'),
            ("进行扣分", '扣'),
            ("进行扣减", '扣'),
            ("扣减", '扣'),
            ("扣罚", '扣'),
            ("扣除", '扣'),
            ("扣分", '扣'),
            ("计扣", '扣'),
            ("扣", '扣'),
            ("加分", '加'),
            ("奖励", '加'),
            ("加计", '加'),
            ("奖分", '加'),
            ("加", '加'),
        ];
        let mut index = 0;
        while index < self.chars.len() {
            if self.get(index) == '按'
                && let Some((amount, used)) = number(self, index + 1, true)
                && amount.unit == "分"
                && let Some((word, verb)) =
                    VERBS.iter().find(|(w, _)| self.starts(index + 1 + used, w))
            {
                let end = index + 1 + used;
                let drop = end..end + word.chars().count();
                self.chars.drain(drop.clone());
                self.at.drain(drop);
                self.chars.splice(index..=index, [*verb]);
            }
            index += 1;
        }
    }

    /// What stands before a place, back to one of these signs.
    fn part_of_sentence(&self, index: usize, signs: &str) -> String {
        let head = (0..index).rev().find(|at| signs.contains(self.get(*at)));
        self.slice(head.map_or(0, |at| at + 1), index)
    }

    /// 「投诉每次-2分」 is 「投诉每次扣2分」, 「每高1%+2分」 「每高1%加2分」; 「每项0-5分」 is a range.
    pub(super) fn signed(&mut self) {
        const ONE: [&str; 10] =
            ["一次", "1次", "一起", "1起", "一例", "1例", "一项", "1项", "一处", "1处"];
        for index in 1..self.chars.len() {
            let verb = match self.get(index) {
                '-' | '~' => '扣',
                '+' => '加',
                _ => continue,
            };
            let unit = "次起例件项处个人单批点天日家条%".contains(self.get(index - 1));
            let before = || self.part_of_sentence(index, "，,;。\n");
            let points = || number(self, index + 1, true).is_some_and(|(n, _)| n.unit == "分");
            let each = |text: String| text.contains('每') || ONE.iter().any(|w| text.ends_with(w));
            if unit
                && points()
                && each(before())
                && let Some(sign) = self.chars.get_mut(index)
            {
                *sign = verb;
            }
        }
    }

    /// 「不及格（60分以下）者」 is 「低于60分者」.
    pub(super) fn failing(&mut self) {
        const FAILING: &str = "不及格(";
        let mut index = 0;
        while index < self.chars.len() {
            let open = index + FAILING.chars().count();
            let close = (open..open + 9).find(|at| self.get(*at) == ')');
            if self.starts(index, FAILING)
                && let Some(close) = close
            {
                let inner = self.slice(open, close);
                let below = inner.strip_prefix("低于").or(inner.strip_prefix('<'));
                let below = below.map(|rest| rest.trim_end_matches('分'));
                let below = below.or(inner.strip_suffix("分以下"));
                if let Some(mark) = below.filter(|mark| mark.parse::<f64>().is_ok()) {
                    let words: Vec<char> = format!("低于{mark}分").chars().collect();
                    let at = self.at.get(index).copied().unwrap_or_default();
                    self.at.splice(index..=close, vec![at; words.len()]);
                    self.chars.splice(index..=close, words);
                }
            }
            index += 1;
        }
    }

    /// 「低于85%(不含)」 is 「低于85%」: what lies below it never holds it.
    pub(super) fn drop_left_out(&mut self) {
        const SIDES: [&str; 8] = ["低于", "高于", "超过", "大于", "小于", "不足", "少于", "多于"];
        let mut index = 0;
        while index < self.chars.len() {
            let unit = usize::from("%分次项件天".contains(self.get(index.saturating_sub(1))));
            let head = self.digits_before(index.saturating_sub(unit));
            let before = self.slice(head.saturating_sub(2), head);
            if self.starts(index, "(不含)") && SIDES.contains(&before.as_str()) {
                self.chars.drain(index..index + 4);
                self.at.drain(index..index + 4);
            }
            index += 1;
        }
    }

    /// 「2项以内不扣分，每超过1项扣3分」 is 「2项以内不扣分，超过后每项扣3分」.
    pub(super) fn beyond_free(&mut self) {
        let mut index = 0;
        while index < self.chars.len() {
            let word = ["每超过", "每超出", "每超"].into_iter().find(|w| self.starts(index, w));
            let end = index + word.map_or(0, |word| word.chars().count());
            if word.is_some()
                && "1一".contains(self.get(end))
                && COUNTS.contains(self.get(end + 1))
                && !self.starts(end + 1, "小时")
                && self.part_of_sentence(index, "。;\n").contains("不扣")
            {
                let at = self.at.get(index).copied().unwrap_or_default();
                self.chars.splice(index..=end, "超过后每".chars());
                self.at.splice(index..=end, [at; 4]);
            }
            index += 1;
        }
    }

    /// 「否则0分」 is 「否则得0分」.
    pub(super) fn or_nothing(&mut self) {
        for index in 0..self.chars.len() {
            let nothing = ["否则0分", "否则零分", "否则为0分"].into_iter();
            if let Some(word) = nothing.into_iter().find(|word| self.starts(index, word)) {
                let at = self.at.get(index).copied().unwrap_or_default();
                let end = index + word.chars().count();
                self.chars.splice(index..end, "否则不得分".chars());
                self.at.splice(index..end, [at; 5]);
            }
        }
    }

    /// 「首处错误扣1分，第2处扣3分」 is 「第1处错误扣1分」; 首次响应 and 首件 are names.
    pub(super) fn first_one(&mut self) {
        const NOUN: usize = 3;
        let mut index = 0;
        while index < self.chars.len() {
            let behind = index + 2;
            let taken = (behind..=behind + NOUN).find(|at| self.get(*at) == '扣');
            let noun = taken.map(|at| self.slice(behind, at));
            let named = noun.is_some_and(|noun| match self.get(index + 1) {
                '次' => ["", "的", "违规", "发生", "出现", "迟到"].contains(&noun.as_str()),
                unit => "处起例项条".contains(unit) && !noun.contains(['每', '，', ',', ';', '。']),
            });
            if self.get(index) == '首' && named {
                let at = self.at.get(index).copied().unwrap_or_default();
                self.chars.splice(index..=index, ['第', '1']);
                self.at.splice(index..=index, [at; 2]);
            }
            index += 1;
        }
    }

    /// 「A且B得30分，有一项不达标不得分」 is 「A且B得30分，否则不得分」.
    pub(super) fn one_failing(&mut self) {
        let mut index = 1;
        while index < self.chars.len() {
            let parted = "，,;。".contains(self.get(index - 1));
            let end = parted.then(|| self.failing_end(index)).flatten();
            let all = |text: String| ["且", "同时", "均", "都"].iter().any(|w| text.contains(w));
            if let Some(end) = end.filter(|_| all(self.part_of_sentence(index, "\n"))) {
                let at = self.at.get(index).copied().unwrap_or_default();
                self.chars.splice(index..end, "否则不得分".chars());
                self.at.splice(index..end, [at; 5]);
            }
            index += 1;
        }
    }

    /// Where words that one of several conditions does not hold, and that nothing is got then, end.
    fn failing_end(&self, at: usize) -> Option<usize> {
        let one = |at: usize, words: &[&str]| {
            let found = words.iter().filter(|word| self.starts(at, word));
            found.map(|word| at + word.chars().count()).max()
        };
        let perhaps = |at: usize, words: &[&str]| one(at, words).unwrap_or(at);
        let at = perhaps(at, &["其中", "若", "如"]);
        let at = perhaps(at, &["有", "任", "有任", "任意", "任何", "有任意", "有任何"]);
        let at = one(at, &["一项", "1项"])?;
        let at = one(at, &["不", "未"])?;
        let at = one(at, &["达标", "达到", "合格", "符合", "完成", "满足"])?;
        let at = perhaps(at, &["的", "者", "的,", "的，", "，", ",", "则"]);
        let at = perhaps(at, &["则", "本项", "该项", "即"]);
        let end = one(at, &["不得分", "得0分", "为0分", "计0分", "不给分"])?;
        "，,;。\n\0".contains(self.get(end)).then_some(end)
    }
}
