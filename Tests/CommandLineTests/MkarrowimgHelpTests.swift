import Testing

/// The whole text of each help.
@Suite("Help of mkarrowimg")
struct MkarrowimgHelpTests {
  @Test("mkarrowimg --help is pinned")
  func help() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("--help"),
      """
      OVERVIEW: Make and look at Arrow images: kernel, initrd and pieces of
      single-task VMs.

      Exit codes: 0 fine, 1 the input is wrong, 2 wrong usage or trouble with the
      machine.

      USAGE: mkarrowimg <subcommand>

      OPTIONS:
        -h, --help              Show help information.

      SUBCOMMANDS:
        new                     Start a project that runs without a change.
        add                     Add a Python application to the pieces, with all it
                                requires.
        binary                  Add Arrow Binaries to the pieces.
        build                   Make an image of a pieces folder.
        check                   Check specs: every key, value and seccomp rule.
        inspect                 Show what is in an image, and whether its files are
                                whole.

        See 'mkarrowimg help <subcommand>' for detailed help.

      """)
  }

  @Test("build --help is pinned")
  func buildHelp() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("build", "--help"),
      """
      OVERVIEW: Make an image of a pieces folder.

      PIECES holds binary/NAME/VERSION (Arrow Binaries), meta/ARROW (applications
      with their arrow_spec.json) and, if you like, share (what all of them read).
      Every spec is checked before anything is written. OUT is replaced as a whole,
      and only if it is an image; same input, same bytes.

        mkarrowimg build .build/pieces -o out --default python-web

      USAGE: mkarrowimg build <pieces> --output <out> [--default <arrow>] [--kernel <file>] [--init <file>] [--verity] [--verbose]

      ARGUMENTS:
        <pieces>                The folder with binary/, meta/ and share/.

      OPTIONS:
        -o, --output <out>      The image folder to make.
        --default <arrow>       The arrow that runs when none is named.
        --kernel <file>         Another kernel (vmlinux or bzImage).
        --init <file>           Another arrow-init.
        --verity                Add dm-verity's hash tree: altered pieces never run.
        -v, --verbose           Say each step and when it began.
        -h, --help              Show help information.


      """)
  }

  @Test("check --help is pinned")
  func checkHelp() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("check", "--help"),
      """
      OVERVIEW: Check specs: every key, value and seccomp rule.

      SPEC is an arrow_spec.json or the folder of an arrow. All of them are checked.
      Each error is shown with its line and column, and the exit code is then 1.
      Whether the pieces have the binary and the command is checked by build.

        mkarrowimg check image/pieces/meta/python-web

      USAGE: mkarrowimg check <spec> ...

      ARGUMENTS:
        <spec>                  Files or folders.

      OPTIONS:
        -h, --help              Show help information.


      """)
  }

  @Test("inspect --help is pinned")
  func inspectHelp() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("inspect", "--help"),
      """
      OVERVIEW: Show what is in an image, and whether its files are whole.

      The exit code is 1 when a file is missing or has other contents than when the
      image was made.

        mkarrowimg inspect out --json

      USAGE: mkarrowimg inspect <out> [--json]

      ARGUMENTS:
        <out>                   The image folder.

      OPTIONS:
        --json                  Print JSON, for programs.
        -h, --help              Show help information.


      """)
  }
}
