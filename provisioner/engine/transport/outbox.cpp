// Requests and contents on their way to an agent.

#include "provisioner/engine/transport/outbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "provisioner/base/base/text.h"

namespace provisioner::transport {
namespace {

constexpr std::size_t piece = 256 * 1024;

std::string offset_text(std::uint64_t offset) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8)
    text += static_cast<char>(offset >> static_cast<unsigned>(shift) & 0xFFU);
  return text;
}

}  // namespace

void Outbox::add(std::string bytes) {
  if (contents_.empty())
    ready_ += bytes;
  else
    after_ += bytes;
}

void Outbox::add(const Blob& blob) {
  Content content;
  content.head = base::unhex(blob.digest);
  content.bytes = blob.bytes;
  if (!blob.path.empty()) {
    content.file = os::Descriptor(::open(blob.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!content.file.is_open())
      throw base::Error(base::Kind::failed,
                        "'" + blob.path + "' cannot be read: " + std::strerror(errno));
  }
  content.before = std::move(after_);
  after_.clear();
  contents_.push_back(std::move(content));
}

// The next frame of the first content; false where there is nothing more.
bool Outbox::refill() {
  ready_.clear();
  used_ = 0;
  if (contents_.empty()) return false;
  Content& content = contents_.front();
  ready_ = std::move(content.before);
  content.before.clear();
  std::string bytes;
  if (content.file.is_open()) {
    bytes.resize(piece);
    const ssize_t count = ::pread(content.file.number(), bytes.data(), bytes.size(),
                                  static_cast<off_t>(content.offset));
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  } else {
    bytes = content.bytes.substr(content.offset, piece);
  }
  ready_ +=
      wire::encode({wire::FrameKind::blob, 0, content.head + offset_text(content.offset) + bytes});
  content.offset += bytes.size();
  if (!bytes.empty()) return true;
  contents_.pop_front();  // the empty piece ends it
  if (contents_.empty()) ready_ += std::move(after_), after_.clear();
  return true;
}

void Outbox::flush(Stream& stream) {
  while (used_ < ready_.size() || refill()) {
    const std::size_t count = stream.write(std::string_view(ready_).substr(used_));
    used_ += count;
    if (count == 0) return;
  }
}

}  // namespace provisioner::transport
