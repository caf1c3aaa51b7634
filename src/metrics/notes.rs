//! Notes in brackets at the labels of the figures that were read: another department's, or of which nobody can
//! say whether they matter.

use super::departments::{Kin, kin};
use super::reader::Reader;
use super::rows::Row;
use super::sources::{Listed, Note, Sources};
use crate::form::{Form, Place, notes};
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::compact;
use crate::words;

impl Reader<'_> {
    /// Tells of the notes at the labels of the figures that were read.
    pub(super) fn notes(
        &mut self,
        scheme: &Scheme,
        rows: &[Row<'_>],
        sources: &Sources,
        form: &Form,
    ) {
        for (table, person) in rows {
            if let Some(remark) = &person.remark {
                self.remark(Place { sheet: table.sheet, at: remark.at }, &remark.text);
            }
        }
        for metric in &scheme.metrics {
            if self.out.get(&metric.name).is_none() {
                continue;
            }
            for (sheet, note) in read_by(metric, rows, sources) {
                let place = Place { sheet, at: note.at };
                match note.remark {
                    true => self.remark(place, &note.text),
                    false => self.note(place, &note.text, form),
                }
            }
            if !rows.iter().any(|(table, _)| table.metrics.contains_key(&metric.name)) {
                self.lone_part(metric, sources);
            }
        }
    }

    /// Refuses a figure of a list that is one shop's, where other rows are of other shops or of all.
    fn lone_part(&mut self, metric: &Metric, sources: &Sources) {
        let Some(listed) = sources.lists.get(&metric.name) else { return };
        let summed = listed.iter().any(|one| one.part.as_deref().is_none_or(str::is_empty));
        let Some(first) = listed.first().filter(|_| !summed) else { return };
        // 生意参谋 is where a figure comes from, and a lone shop is the whole.
        let is_shop = |part: &Option<String>| part.as_deref().is_some_and(notes::is_place);
        let whole = |part: &Option<String>| part.as_deref() == Some("");
        let other = |one: &Listed| {
            one.place.sheet == first.place.sheet
                && one.part != first.part
                && (is_shop(&one.part) || whole(&one.part))
        };
        if !is_shop(&first.part) || !sources.lists.values().flatten().any(other) {
            return;
        }
        let (name, part) = (&metric.name, first.part.as_deref().unwrap_or_default());
        let problem = Problem::error(
            "value-unclear",
            words!(
                "「{name}」只有「{part}」的一行，看不出是不是全部",
                "`{name}` has a row of {part} alone: is it the whole?"
            ),
        )
        .at(self.sheet_name(first.place.sheet), first.place.at)
        .hint(words!(
            "写上合计的一行（平台写「合计」）",
            "give a row of the sum, with 合计 for the platform"
        ));
        self.once(problem);
    }

    /// Tells of a remark that leaves it open whether a row's figures are the month's.
    pub(super) fn remark(&mut self, place: Place, text: &str) {
        let text = super::near::one_line(text);
        let problem = Problem::notice(
            "label-note",
            words!(
                "备注写着「{text}」，那一行的数已照填，请核对它是不是当月最后的实际数",
                "the remark says `{text}`; the row's figure was used as it is, please check that it is the month's final one"
            ),
        )
        .hint(words!(
            "不是就换成当月的数；是就改掉备注",
            "put in the month's figure, or change the remark if it is"
        ));
        self.once(problem.at(self.sheet_name(place.sheet), place.at));
    }

    fn note(&mut self, place: Place, note: &str, form: &Form) {
        let department = form.department.as_deref().map(compact);
        let own = |of: &String| {
            of.contains(note) || note.contains(of.as_str()) || kin(of, note) == Kin::Same
        };
        if department.as_ref().is_some_and(own) {
            return;
        }
        let sheet = self.workbook.sheets.get(place.sheet);
        let label = super::near::one_line(sheet.and_then(|s| s.text(place.at)).unwrap_or_default());
        let problem = if notes::is_department(note)
            && !notes::hands_in(note)
            && let Some(own) = department.filter(|own| !may_be_own(own, note))
        {
            Problem::error(
                "value-unclear",
                words!(
                    "「{label}」注明是「{note}」的，考核表的部门是「{own}」",
                    "`{label}` is noted as that of {note}; the form's department is {own}"
                ),
            )
            .hint(words!(
                "换成本人（本部门）的数；就是本人的，删去括号里的字",
                "give this person's own figure; remove the note if it is"
            ))
        } else {
            Problem::notice(
                "label-note",
                words!(
                    "「{label}」括号里注明「{note}」，已照填，请核对它是不是当月的全部",
                    "`{label}` is noted `{note}`; used as it is, please check that it is the whole month's figure"
                ),
            )
            .hint(words!(
                "只是一部分的，换成全部的数；无关紧要的，删去括号里的字",
                "give the whole figure if it is a part; remove the note if it does not matter"
            ))
        };
        self.once(problem.at(self.sheet_name(place.sheet), place.at));
    }
}

/// Whether a department named at a figure may be the whole of the own one: 客服组 of 客服部. 售后组 and 客服二部
/// are parts, and what 电商部 has is more.
fn may_be_own(own: &str, named: &str) -> bool {
    let stem = |name: &str| name.trim_end_matches(['部', '组', '科', '队', '门']).to_owned();
    stem(own) == stem(named)
}

/// The notes at the labels that a figure is read by, each with its sheet.
fn read_by<'s>(metric: &Metric, rows: &[Row<'s>], sources: &'s Sources) -> Vec<(usize, &'s Note)> {
    let holds = |(table, _): &&Row<'s>| table.metrics.contains_key(&metric.name);
    if rows.iter().any(|row| holds(&row)) {
        let own = rows.iter().filter(holds);
        return own.filter_map(|(t, _)| Some((t.sheet, t.notes.get(&metric.name)?))).collect();
    }
    if let Some(listed) = sources.lists.get(&metric.name) {
        let notes = listed.iter().filter_map(|one| Some((one.place.sheet, one.note.as_ref()?)));
        return notes.collect();
    }
    let Some(from) = &metric.from_team else { return Vec::new() };
    let teams = sources.teams.iter();
    teams.filter_map(|team| Some((team.sheet, team.notes.get(&from.column)?))).collect()
}
