extension Host {
  /// What runs the VMs of this host: the one place where that is decided.
  var hypervisor: any Hypervisor { Qemu(on: self) }

  public func store() throws -> InstanceStore { try InstanceStore(environment: environment, hypervisor) }
}
