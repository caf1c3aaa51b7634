//! What is said beside a person's row, or stands below it, that leaves it open whether its figures count.

use super::reader::Reader;
use super::rows::{Row, is_of_other_department, other_department};
use super::sources::{Nameless, Said};
use super::standing::Standing;
use crate::form::Form;
use crate::problem::{Problem, Severity};
use crate::words;

impl Reader<'_> {
    /// Refuses rows that say that they do not count, and tells of those that perhaps do not.
    pub(super) fn row_doubts(&mut self, rows: &[Row<'_>], form: &Form) {
        for row in rows.iter().filter(|row| is_of_other_department(**row, form)) {
            let mut problem = other_department(self.workbook, *row, form);
            problem.severity = Severity::Notice;
            self.once(problem);
        }
        for (table, person) in rows {
            if let Some(said) = &person.standing {
                let problem = standing_of(&person.name, said);
                self.once(problem.at(self.sheet_name(table.sheet), said.at));
            }
            if let Some(Nameless { at, worded }) = person.nameless {
                let problem = nameless(&person.name, worded);
                self.once(problem.at(self.sheet_name(table.sheet), at));
            }
        }
    }
}

fn standing_of(name: &str, said: &Said) -> Problem {
    let text = super::near::one_line(&said.text);
    if said.standing == Standing::Void {
        return Problem::error(
            "row-set-aside",
            words!(
                "「{name}」的这一行写着「{text}」，说明它不算数，而有「{name}」的考核表",
                "`{name}`'s row says `{text}`: it does not count, though there is a form of `{name}`"
            ),
        )
        .hint(words!(
            "要考核的，改掉这个字样；不考核的，移走考核表",
            "change those words where the person is assessed, else take the form away"
        ));
    }
    Problem::notice(
        "row-in-doubt",
        words!(
            "「{name}」的这一行写着「{text}」，数已照填，请核对是否仍要考核",
            "`{name}`'s row says `{text}`; its figures were used, please check that the person is still assessed"
        ),
    )
    .hint(words!("不考核的，移走考核表", "where not, take the form away"))
}

fn nameless(name: &str, worded: bool) -> Problem {
    const CODE: &str = "row-without-name";
    let problem = match worded {
        true => Problem::error(
            CODE,
            words!(
                "「{name}」下面的一行没有姓名却有数：也是「{name}」的吗？",
                "the row below `{name}` has figures and no name: is it `{name}`'s too?"
            ),
        ),
        false => Problem::notice(
            CODE,
            words!(
                "「{name}」下面的一行没有姓名却有数，没有取用，请核对是不是同一个人的",
                "the row below `{name}` has figures and no name and was not read: is it the same person's?"
            ),
        ),
    };
    problem.hint(words!(
        "是别人的，写上姓名；是同一个人的，合成一行；是合计，写上「合计」",
        "write the name where it is another person's, 合计 where it is a sum, or make one row of both"
    ))
}
