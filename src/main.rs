//! The command: parses the line, runs it, gives the exit code (0 all filled, 1 some workbook could
//! not be, 2 wrong usage).

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
