import ArrowHost
import Glibc

/// Files that look like secrets. A warning names those that go into an arrow.
enum SecretFiles {
  private static let names: Set<String> = [
    ".env", ".envrc", ".netrc", "_netrc", ".pypirc", ".pgpass", ".my.cnf", ".git-credentials", ".htpasswd",
    ".dockercfg", ".boto", ".s3cfg", ".vault-token", "kubeconfig", "credentials.json",
    "application_default_credentials.json",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
    "secrets.toml", "secrets.json", "secrets.yaml", "secrets.yml", "terraform.tfstate.backup",
    "master.key", "secring.gpg", "token.json", "rclone.conf", ".rclone.conf",
    ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".mysql_history",
  ]
  private static let paths: Set<BytePath> = [
    ".aws/credentials", ".kube/config", ".docker/config.json", ".cargo/credentials", ".cargo/credentials.toml",
    ".gem/credentials", ".azure/accessTokens.json",
  ]
  private static let endings = [
    ".env", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".tfstate", ".tfvars", ".kubeconfig",
  ]
  /// `.env.example` is for everybody.
  private static let samples = [".example", ".sample", ".template", ".dist"]
  /// A token in them is a secret; the rest is not.
  private static let tokens = [".npmrc": ["_authToken", "_password", "_auth"], ".yarnrc.yml": ["npmAuthToken"]]

  /// What about the file `path` is like a secret, as the end of a sentence; `nil`: nothing.
  static func sign(of path: BytePath) throws(HostError) -> String? {
    let name = (path.name.text ?? "").lowercased()
    let isSample = samples.contains(where: name.hasSuffix)
    if names.contains(name) || name.hasPrefix(".env.") && !isSample || endings.contains(where: name.hasSuffix)
      || name.hasPrefix("client_secret") && name.hasSuffix(".json")
      || paths.contains(path.folder.name / path.name)
    {
      return "looks like a secret"
    }
    let text = try Files.contents(of: path, atMost: 1 << 16)
    if tokens[name]?.contains(where: { text.firstRange(of: $0) != nil }) == true { return "has a token in it" }
    if addressing.contains(where: name.hasSuffix), hasPassword(text) { return "has a password in it" }
    return hasPrivateKey(text, isKeyFile: name.hasSuffix(".pem") || name.hasSuffix(".key"))
      ? "has a private key in it" : nil
  }

  /// Files that may hold the address of a package index, with who asks there.
  private static let addressing = [".txt", ".in", ".toml", ".conf", ".ini", ".cfg", ".lock", ".gitmodules"]

  /// `https://USER:PASSWORD@…`; a variable (`${TOKEN}`) is no password.
  private static func hasPassword(_ text: [UInt8]) -> Bool {
    guard text.firstRange(of: "@") != nil, text.firstRange(of: "://") != nil else { return false }
    return String(decoding: text, as: UTF8.self).contains(#/https?:\/\/[^\/\s:@"']*:[^\/\s:@"'$]+@/#)
  }

  /// `-----BEGIN … PRIVATE KEY-----`. In a file of another kind a key must follow, as programs have the words, too.
  private static func hasPrivateKey(_ text: [UInt8], isKeyFile: Bool) -> Bool {
    guard text.firstRange(of: "-----BEGIN ") != nil,
      let end = text.firstRange(of: "PRIVATE KEY-----") ?? text.firstRange(of: "PRIVATE KEY BLOCK-----")
    else {
      return false
    }
    if isKeyFile { return true }
    // Behind the line's end, which is `\n` in JSON, and behind the headers of an old form.
    var length = 0
    for byte in text[end.upperBound...].prefix(200) {
      length = isBase64(byte) ? length + 1 : 0
      if length == 32 { return true }
    }
    return false
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}

extension [UInt8] {
  /// Where `text` is first; memchr(3) makes it fast.
  fileprivate func firstRange(of text: String) -> Range<Int>? {
    let wanted = Array(text.utf8)
    return withUnsafeBytes { bytes in
      var start = 0
      while start + wanted.count <= bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(wanted[0]), bytes.count - start)
      {
        start = UnsafeRawPointer(found) - base
        if start + wanted.count <= bytes.count, memcmp(found, wanted, wanted.count) == 0 {
          return start..<start + wanted.count
        }
        start += 1
      }
      return nil
    }
  }
}
