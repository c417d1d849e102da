import ArrowHost
import Glibc

/// `actrl doctor`: checks one after the other what a VM needs of this machine.
public struct Examination {
  public enum Verdict: String { case ok, warning, error }

  public struct Finding: Equatable {
    public var verdict: Verdict
    public var text: String
    public var hint: String?
  }

  public private(set) var findings: [Finding] = []

  public init(of host: Host, image: String?) {
    examine(host.hypervisor)
    let folder = examineImage(image, host)
    examineAcceleration(host, kernel: folder?.kernel)
    let store = examineStore(host)
    if let folder, let store { examinePorts(folder, store) }
  }

  private mutating func add(_ verdict: Verdict, _ text: String, hint: String? = nil) {
    findings.append(Finding(verdict: verdict, text: text, hint: hint))
  }

  private mutating func add(_ error: any Error, _ verdict: Verdict = .error) {
    if let error = error as? HostError {
      add(verdict, error.message, hint: error.hint)
    } else {
      add(verdict, "\(error)")
    }
  }

  private mutating func examine(_ hypervisor: any Hypervisor) {
    do {
      let program = try hypervisor.program()
      guard let version = try hypervisor.version() else {
        return add(.error, "\(program) does not run", hint: "\(program) --version says why")
      }
      add(.ok, "\(version): \(program)")
    } catch {
      add(error)
    }
  }

  private mutating func examineImage(_ image: String?, _ host: Host) -> ArrowImageFolder? {
    do {
      let folder = try ArrowImageFolder.find(image, on: host)
      add(.ok, "image \(folder.folder): \(folder.manifest.arrows.map(\.name).joined(separator: ", "))")
      return folder
    } catch {
      add(error)
      return nil
    }
  }

  private mutating func examineAcceleration(_ host: Host, kernel: String?) {
    // Without a kernel there is no trial. That it is missing has been reported.
    guard let kernel else { return }
    if let problem = HostAcceleration(on: host, host.hypervisor, kernel: kernel).facts().problemWithKVM() {
      add(.warning, "no KVM: \(problem)", hint: "VMs are emulated with TCG, which is slower")
    } else {
      add(.ok, "KVM: a trial VM has booted")
    }
  }

  private mutating func examineStore(_ host: Host) -> InstanceStore? {
    do {
      let store = try host.store()
      let free = try store.freeBytes()
      if free < 64 << 20 {
        add(
          .warning, "only \(free >> 20) MB are free for logs in \(store.folder)",
          hint: "make room, or set XDG_STATE_HOME")
      } else {
        add(.ok, "state in \(store.folder)")
      }
      let all = try store.all()
      for instance in all {
        guard let problem = instance.problem else { continue }
        let command = instance.isOver ? "actrl rm" : "actrl rm -f"
        add(.warning, "\(instance.name) (\(instance.state.text)): \(problem)", hint: "\(command) \(instance.name)")
      }
      for process in store.strangers() {
        add(.warning, "a VM without a folder: process \(process)", hint: "kill \(process)")
      }
      let lost = all.filter { $0.state == .lost && $0.problem == nil }.map(\.name)
      if !lost.isEmpty {
        add(.warning, "lost: \(lost.joined(separator: ", "))", hint: "actrl rm \(lost.joined(separator: " "))")
      }
      return store
    } catch {
      add(error)
      return nil
    }
  }

  /// A port that an instance holds is left out: it is in use rightly.
  private mutating func examinePorts(_ folder: ArrowImageFolder, _ store: InstanceStore) {
    let held = ((try? store.all()) ?? []).flatMap(\.livePorts)
    for arrow in folder.manifest.arrows {
      do {
        let forwards = try PortPlan(arrow.specPorts, []).forwards.filter { !held.contains($0) }
        _ = try HostPort.claim(forwards, knowing: [])
      } catch {
        add(error, .warning)
      }
    }
  }
}
