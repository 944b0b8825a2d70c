// Writing without waiting.

#include "provisioner/node/agent/outbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace provisioner::agent {

void Outbox::attach(int descriptor) {
  descriptor_ = descriptor;
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void Outbox::flush() {
  while (!is_empty() && !is_broken_) {
    const ssize_t count = ::write(descriptor_, waiting_.data() + used_, size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0)
      is_broken_ = true;
    else
      used_ += static_cast<std::size_t>(count);
  }
  waiting_.clear();
  waiting_.shrink_to_fit();  // an outcome of some megabytes is rare: its room is not kept
  used_ = 0;
}

}  // namespace provisioner::agent
