#pragma once

#include <string>
#include <string_view>

namespace provisioner::agent {

// Bytes on their way into a pipe that somebody else empties when he likes: nothing here ever waits.
class Outbox {
 public:
  // The descriptor stays the caller's and is made non-blocking.
  void attach(int descriptor);

  void add(std::string_view bytes) { waiting_ += bytes; }
  void flush();  // as much as goes now

  bool is_empty() const { return used_ == waiting_.size(); }
  std::size_t size() const { return waiting_.size() - used_; }
  bool is_broken() const { return is_broken_; }  // nobody reads any more

 private:
  int descriptor_ = -1;
  std::string waiting_;
  std::size_t used_ = 0;
  bool is_broken_ = false;
};

}  // namespace provisioner::agent
