//! The law of the package writer, over workbooks built here and over every .xlsx and .xlsm of
//! `../shared`: what is written differs from the original in the target cells and nowhere else.

mod check;
mod corpus;
mod made;
