#pragma once

#include <map>
#include <string>
#include <string_view>

namespace provisioner::agent {

// Contents that were sent before the requests that name them: files in a private directory, in memory where the node
// has a place for that, named by their SHA-256 and only there once that was checked. Gone with this.
class Blobs {
 public:
  Blobs() = default;
  Blobs(const Blobs&) = delete;
  Blobs& operator=(const Blobs&) = delete;
  ~Blobs();

  // One blob frame: 32 bytes of digest, 8 of offset, then bytes; none end it. Throws Error(failed).
  void take(std::string_view frame_body);

  const std::string& directory();  // made when it is first needed
  bool has(const std::string& digest) const;

 private:
  std::string directory_;
  std::map<std::string, std::uint64_t> growing_;  // bytes so far, by digest
};

}  // namespace provisioner::agent
