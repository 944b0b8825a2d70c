#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace provisioner::agent {

// Contents that were sent before the requests that name them: files in a private directory, in
// memory where the node has a place for that, named by their SHA-256 and only there once that was
// checked. Gone with this.
class Blobs {
 public:
  Blobs() = default;
  Blobs(const Blobs&) = delete;
  Blobs& operator=(const Blobs&) = delete;
  ~Blobs();

  // One blob frame: 32 bytes of digest, 8 of offset, then bytes; none end it. What goes wrong is
  // kept for whoever asks for the content; only a frame that names none throws Error(failed).
  void take(std::string_view frame_body);

  // Throws Error(failed) with the reason where this content is not there whole.
  void require(const std::string& digest) const;

  const std::string& directory();  // made when it is first needed
  std::string path_of(const std::string& digest);

 private:
  void add(const std::string& digest, std::string_view bytes);
  void complete(const std::string& digest);

  std::string directory_;
  std::set<std::string> growing_;
  std::map<std::string, std::string> problems_;  // by digest
};

}  // namespace provisioner::agent
