import ArgumentParser
@main struct Actrl: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "actrl") }
