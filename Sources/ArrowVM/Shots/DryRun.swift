import ArrowHost

extension Shot {
  /// The shell commands that start this shot by hand: what actrl prepares, then the very command that it runs.
  public func script(store: InstanceStore) throws -> String {
    let plan = try planWithFreePorts(store).named(
      store.nextName(request.name, for: arrow.name, keepsEnded: request.isTemporary))
    let folder = ShellText.word("\(store.folder)/\(plan.name)")
    var lines = ["mkdir -p -m 700 \(folder) && cd \(folder) &&"]
    for pipe in plan.pipes { lines.append("rm -f \(pipe) && mkfifo \(pipe) &&") }
    if let overrides {
      let segment = try ArrowImageFolder.segment(of: overrides, behind: Files.contents(of: image.initrd).count)
      // Without the zeros that fill the last block: nobody needs to read them.
      let end = (segment.lastIndex { $0 != 0 } ?? segment.startIndex) + 5
      let format = ShellText.printfFormat(segment.prefix(end))
      lines.append("{ cat \(ShellText.word(image.initrd)); printf \(format); } >\(InstanceFile.initrd) &&")
    }
    let groups = [[program]] + hypervisor.arguments(for: plan)
    let words = groups.map { $0.map(ShellText.word).joined(separator: " ") }
    return (lines + [words.joined(separator: " \\\n  ")]).joined(separator: "\n")
  }
}
