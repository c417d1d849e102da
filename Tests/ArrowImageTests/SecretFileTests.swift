import ArrowHost
import Testing

@testable import ArrowImage

@Suite("Files that look like secrets")
struct SecretFileTests {
  private static let key = String(repeating: "MIIEvQIBADANBgkqhkiG9w0B", count: 2)

  @Test(
    "a name, a token or a private key is a sign",
    arguments: [
      (".env", "", "looks like a secret"), (".env.production", "", "looks like a secret"),
      ("Prod.ENV", "", "looks like a secret"), (".aws/credentials", "", "looks like a secret"),
      ("id_ed25519", "", "looks like a secret"), ("terraform.tfstate", "{}", "looks like a secret"),
      ("client_secret_1.json", "{}", "looks like a secret"),
      (".npmrc", "//registry/:_authToken=x", "has a token in it"),
      ("tls.key", "-----BEGIN PRIVATE KEY-----\n", "has a private key in it"),
      ("mine.txt", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n\(key)\n", "has a private key in it"),
      (".cargo/credentials.toml", "", "looks like a secret"), (".python_history", "", "looks like a secret"),
      ("requirements.txt", "--index-url https://me:word@host/simple\n", "has a password in it"),
      ("notes", "x\n-----BEGIN RSA PRIVATE KEY-----\n\(key)\n", "has a private key in it"),
      (
        "robot.json", #"{"private_key": "-----BEGIN PRIVATE KEY-----\n\#(key)"}"#, "has a private key in it"
      ),
    ])
  func signs(name: String, text: String, sign: String) throws {
    let scratch = Scratch()
    try scratch.write(text, to: name)
    #expect(try SecretFiles.sign(of: BytePath(scratch.url(name))) == sign)
  }

  @Test(
    "what is for everybody is none",
    arguments: [
      ("requirements.txt", "--index-url https://me:${WORD}@host/simple\nx @ git+ssh://git@host/x\n"),
      (".env.example", "A="), ("environment", ""), (".npmrc", "registry=x"), ("credentials", ""),
      ("chain.pem", "-----BEGIN CERTIFICATE-----\nMIIE\n"), ("id_rsa.pub", "ssh-rsa AAAA"),
      ("tls.py", #"if text.startswith("-----BEGIN PRIVATE KEY-----"): return load(text)"#),
    ])
  func none(name: String, text: String) throws {
    let scratch = Scratch()
    try scratch.write(text, to: name)
    #expect(try SecretFiles.sign(of: BytePath(scratch.url(name))) == nil)
  }
}
