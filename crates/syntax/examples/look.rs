//! scratch
use formwork_diag::*;
fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut s = Sources::new();
        let id = s.add(path, text.clone());
        let t = std::time::Instant::now();
        let p = formwork_syntax::parse(id, &text);
        let e = t.elapsed();
        if text.len() < 20000 {
            println!("{}", formwork_syntax::dump(&p.file));
        }
        println!(
            "{}",
            render(
                &s,
                &p.diagnostics,
                Style {
                    color: false,
                    width: 100
                }
            )
        );
        println!(
            "{} bytes, {} statements, {} findings, {:?}",
            text.len(),
            p.file.statements.len(),
            p.diagnostics.0.len(),
            e
        );
    }
}
