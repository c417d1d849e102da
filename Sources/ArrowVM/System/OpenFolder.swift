/// A folder and an open descriptor of it.
struct OpenFolder {
  let path: String
  let descriptor: Int32
}
