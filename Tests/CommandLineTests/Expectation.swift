import TestSupport
import Testing

/// Compares the whole outcome of a run.
func expect(
  _ outcome: Outcome, _ stdout: String = "", stderr: String = "", code: Int32 = 0,
  _ place: SourceLocation = #_sourceLocation
) {
  #expect(outcome.stdout == stdout, sourceLocation: place)
  #expect(outcome.stderr == stderr, sourceLocation: place)
  #expect(outcome.code == code, sourceLocation: place)
}

/// actrl says nothing on stdout and exactly this on stderr, and leaves no instance and no process.
func expectRefusal(
  _ arguments: [String], code: Int32 = 125, _ stderr: String, _ place: SourceLocation = #_sourceLocation
) async throws {
  let run = try ActrlRun()
  expect(try await run.actrl(arguments), stderr: stderr + "\n", code: code, place)
  try run.expectNothingLeft(place)
}

func expectActrlHelp(
  _ arguments: [String], _ text: String, _ place: SourceLocation = #_sourceLocation
) async throws {
  expect(try await ActrlRun().actrl(arguments), text, place)
}

extension ActrlRun {
  func expectNothingLeft(_ place: SourceLocation = #_sourceLocation) throws {
    #expect(try instances().isEmpty, sourceLocation: place)
    #expect(try processes().isEmpty, sourceLocation: place)
  }
}

extension Outcome {
  /// Without the hashes of files: another mkfs.erofs may pack an image otherwise. The sizes of the small images of the
  /// tests stay the same.
  var withoutHashes: Outcome {
    Outcome(stdout: stdout.replacing(#/[0-9a-f]{16,64}/#, with: "HASH"), stderr: stderr, code: code)
  }

  /// Without the time that the run took.
  var withoutTimes: Outcome {
    Outcome(stdout: stdout.replacing(#/in [0-9]+\.[0-9] s/#, with: "in N s"), stderr: stderr, code: code)
  }
}
