import Testing

@Suite(
  "The JSON Schema of a spec, by python3-jsonschema",
  .enabled(if: Corpus.hasSchemaValidator, "python3-jsonschema is not installed"))
struct SchemaTests {
  /// What a schema can't say: these are for mkarrowimg alone.
  private static let beyondSchema = [
    "json-duplicate-key": "a key twice", "json-duplicate-key-escaped": "a key twice",
    "json-duplicate-sysctl": "a key twice", "process-env-twice": "a name twice in different strings",
    "process-rlimit-twice": "a type twice", "ports-twice": "an export twice", "mount-twice": "one place, written twice",
    "process-gid-exponent": "1e3 is an integer to a schema", "process-rlimit-soft-above-hard": "two numbers compared",
    "process-capability-not-bounded": "two sets compared", "process-capability-not-inheritable": "two sets compared",
    "process-capability-not-permitted": "two sets compared", "mount-option-9p-msize": "a number in a string",
    "mount-option-size-overflow": "a number in a string", "seccomp-default-errno-unknown": "all names of errors",
    "seccomp-errnos-differ": "a name's number",
  ]

  /// The names of the samples in `folder` by what the schema makes of them.
  private func verdicts(_ folder: String) throws -> [String: Set<String>] {
    let root = String(#filePath.dropLast("Tests/ArrowSpecTests/SchemaTests.swift".count))
    let schema = "\(root)docs/arrow_spec.schema.json"
    let output = try Corpus.output(of: "check-schema", schema, "\(Corpus.folder)/\(folder)")
    var result: [String: Set<String>] = [:]
    for line in output.split(separator: "\n") {
      let parts = line.split(separator: ": ")
      if parts.count == 2 { result[String(parts[1]), default: []].insert(String(parts[0])) }
    }
    return result
  }

  @Test("it takes every good spec")
  func good() throws {
    let verdicts = try verdicts("good")
    #expect(verdicts["valid"] == Set(Corpus.good.map(\.name)))
    #expect(verdicts["invalid"] == nil)
  }

  @Test("it refuses every bad one but those that are beyond a schema")
  func bad() throws {
    let verdicts = try verdicts("bad")
    #expect(verdicts["valid"] == Set(Self.beyondSchema.keys))
    #expect(try #require(verdicts["invalid"]).count > 200)
  }
}
