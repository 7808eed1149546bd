//! scratch
use formwork_diag::*;
fn main() {
    let mut s = Sources::new();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let id = s.add(path.clone(), text.clone());
        match formwork_syntax::format(id, &text) {
            Ok(f) if f == text => eprintln!("{path}: same"),
            Ok(f) => {
                print!("{f}");
                eprintln!(
                    "idempotent: {}",
                    formwork_syntax::format(id, &f).as_ref() == Ok(&f)
                );
            }
            Err(e) => println!(
                "{}",
                render(
                    &s,
                    &e,
                    Style {
                        color: false,
                        width: 100
                    }
                )
            ),
        }
    }
}
