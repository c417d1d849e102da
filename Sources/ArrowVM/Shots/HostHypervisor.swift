extension Host {
  /// What runs the VMs of this host. This is the one place where that is decided; with a second hypervisor an
  /// instance's record will have to name its own.
  var hypervisor: any Hypervisor { Qemu(on: self) }

  public func store() throws -> InstanceStore { try InstanceStore(environment: environment, hypervisor) }
}
