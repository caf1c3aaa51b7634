//! An open password on a workbook: agile encryption, AES-256 and SHA-512 (ECMA-376, MS-OFFCRYPTO
//! 2.3.4.10), by ms-offcrypto-writer. Salts are random, so the bytes differ from run to run.

use crate::problem::{Problem, Words};
use crate::words;
use ms_offcrypto_writer::Ecma376AgileWriter;
use std::io::{Cursor, Write};

/// Longest password that Excel takes, in UTF-16 units.
const LONGEST: usize = 255;

/// The workbook, to be opened with the password only.
///
/// # Errors
/// An empty password or one that Excel would not take.
pub fn protect(bytes: &[u8], password: &str) -> Result<Vec<u8>, Problem> {
    let units = password.encode_utf16().count();
    if units == 0 || units > LONGEST {
        return Err(Problem::error(
            "bad-password",
            words!(
                "打开密码须为 1 到 {LONGEST} 个字符",
                "an open password has 1 to {LONGEST} characters"
            ),
        ));
    }
    let written = || -> std::io::Result<Vec<u8>> {
        let file = Cursor::new(Vec::new());
        let mut writer = Ecma376AgileWriter::create(&mut rand::rng(), password, file)?;
        writer.write_all(bytes)?;
        Ok(writer.into_inner()?.into_inner())
    };
    written().map_err(|error| {
        Problem::error(
            "cannot-protect",
            words!("无法加密：", "cannot be encrypted: ").then(&Words::refused(&error)),
        )
    })
}
