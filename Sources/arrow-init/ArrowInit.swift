import ArrowBoot

@main
enum ArrowInit {
  static func main() {
    Boot.run(KernelCalls())
  }
}
