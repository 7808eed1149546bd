//! AWS servers of others, started for a test and stopped after it. `cargo xtask test` installs them.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running server with an empty account.
pub(crate) struct Server {
    process: Child,
    name: &'static str,
    port: u16,
}

/// The folder of the Python environment with the servers.
fn python() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let bin = cache.unwrap().join("formwork/aws-servers/bin");
    assert!(
        bin.join("moto_server").exists(),
        "there are no AWS servers in {}: `cargo xtask test` installs them",
        bin.display()
    );
    bin
}

impl Server {
    /// moto: `pip install moto[server]`.
    pub(crate) fn moto() -> Self {
        let port = free_port();
        let mut command = Command::new(python().join("moto_server"));
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .env("MOTO_ECS_SERVICE_RUNNING", "1");
        let server = Server::started(command, "moto", port);
        let settings = r#"{"lambda":{"use_docker":false},"batch":{"use_docker":false}}"#;
        server.post("/moto-api/config", settings);
        server
    }

    /// ministack: `pip install ministack`.
    pub(crate) fn ministack() -> Self {
        let port = free_port();
        let mut command = Command::new(python().join("ministack"));
        command.env("GATEWAY_PORT", port.to_string());
        Server::started(command, "ministack", port)
    }

    fn started(mut command: Command, name: &'static str, port: u16) -> Self {
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Server {
            process,
            name,
            port,
        };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "{name} does not start"
            );
            sleep(Duration::from_millis(50));
        }
        server
    }

    fn post(&self, path: &str, body: &str) {
        use std::io::{Read, Write};
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
    }

    /// What reaches the server: its address, and credentials that it does not check.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            (
                "AWS_ENDPOINT_URL",
                format!("http://127.0.0.1:{}", self.port),
            ),
            ("AWS_ACCESS_KEY_ID", "123456789012".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// What is in a region of the account, read by boto3.
    pub(crate) fn inventory(&self, region: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/aws/inventory.py");
        let output = Command::new(python().join("python"))
            .arg(script)
            .arg(region)
            .envs(self.environment())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Compares an inventory with the one that is expected of an example here; `UPDATE=1` rewrites it.
    pub(crate) fn compare(&self, example: &str, inventory: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/aws/inventories");
        let path = folder.join(format!("{example}.{}.json", self.name));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, inventory).unwrap();
            return;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(expected, inventory, "{}", path.display());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _it_has_ended = self.process.kill();
        let _nothing_is_left = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
