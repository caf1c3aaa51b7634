//! What a scheme says beside its items, as a form made of it tells the people assessed.

use super::{Reach, Scheme};
use crate::text::show;

impl Scheme {
    /// What holds beside the items: groups, vetoes, grades.
    pub fn notes(&self) -> Vec<String> {
        let mut out = Vec::new();
        for group in &self.groups {
            let mut says = Vec::new();
            if group.bonus {
                says.push(format!("在 {} 分之外", show(self.total, 4)));
            }
            if let Some(weight) = group.weight {
                says.push(format!("合计乘 {} %", show(weight * 100.0, 2)));
            }
            if let Some(cap) = group.cap {
                says.push(format!("合计最多 {} 分", show(cap, 4)));
            }
            if let Some(floor) = group.floor {
                says.push(format!("合计最少 {} 分", show(floor, 4)));
            }
            if !says.is_empty() {
                let items = group.items.join("、");
                out.push(format!("{}（{items}）：{}。", group.name, says.join("，")));
            }
        }
        for item in &self.items {
            let Some(absent) = &item.absent else { continue };
            let to = match &absent.to {
                Some(other) => format!("分值计入「{other}」"),
                None => "分值按比例摊到其余各项".to_owned(),
            };
            out.push(format!("「{}」当月不适用时，{to}。", item.name));
        }
        for veto in &self.vetoes {
            let side = match (veto.above, veto.below) {
                (Some(0.0), _) => "一经发生".to_owned(),
                (Some(bound), _) => format!("超过 {}", show(bound, 4)),
                (None, bound) => format!("低于 {}", show(bound.unwrap_or_default(), 4)),
            };
            let then = match (&veto.reach, &veto.best) {
                (Reach::Grade, Some(best)) => format!("等级最高为{best}"),
                _ => "总分为 0".to_owned(),
            };
            out.push(format!("{}{side}，{then}。", veto.metric));
        }
        if let [best, .., last] = self.grades.as_slice()
            && best.from > last.from
        {
            let list: Vec<String> = self
                .grades
                .iter()
                .map(|g| format!("{} 分及以上{}", show(g.from, 4), g.name))
                .collect();
            out.push(format!("等级：{}。", list.join("，")));
        }
        if let Some(spread) = &self.distribution {
            out.push(format!("等级按强制分布评定：{}。", spread.told()));
        }
        out
    }
}
