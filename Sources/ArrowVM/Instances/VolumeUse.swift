import ArrowHost

/// Finds out whether an instance has a disk already. A disk that two VMs write to would be damaged within seconds.
enum VolumeUse {
  static func refuse(_ volumes: [VolumeMapping], knowing instances: [Instance]) throws {
    for volume in volumes where volume.kind == .disk {
      let holder = instances.first { instance in
        instance.record.volumes.contains { $0.path == volume.path && !($0.isReadOnly && volume.isReadOnly) }
          && !instance.isOver
      }
      guard let holder else { continue }
      throw HostError(
        "the volume \(volume.path) is in use by the instance \(holder.name)", hint: "actrl stop \(holder.name)")
    }
  }
}
