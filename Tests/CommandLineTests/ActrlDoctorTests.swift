import Testing

@Suite("actrl doctor")
struct ActrlDoctorTests {
  @Test("a missing program or image is an error and 125")
  func doctor() async throws {
    let run = try ActrlRun()
    // Other tests have VMs without a folder.
    let stray = "| sed '/a VM without a folder/,/hint/d'"
    let healthy = try await run.shell("$actrl doctor | sed '/KVM/,/hint/d' \(stray)")
    expect(
      healthy,
      """
      ok       QEMU emulator version 0.0.0 (fake): HERE/bin/qemu-system-x86_64
      ok       image HERE/image: \
      broken, cat, deaf, failed, flood, gone, hog, job, late, mute, panic, refused, stubborn, web
      ok       state in HERE/state/arrow/instances

      """)
    let ill = try await run.shell(
      "set -o pipefail; sed=$(which sed); PATH=$HOME; $actrl doctor --image none \(stray.replacing("sed", with: "$sed"))"
    )
    expect(
      ill,
      """
      error    qemu-system-x86_64 is not installed
                 hint: apt-get install qemu-system-x86
      error    there is no image none
                 hint: mkarrowimg build PIECES -o none makes one
      ok       state in HERE/state/arrow/instances

      """, code: 125)
  }
}
