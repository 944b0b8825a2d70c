#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioner::wire {

// Version of everything between controller and agent. An agent of another version is replaced, not
// spoken to.
inline constexpr std::uint8_t protocol_version = 1;

// Numbers a task instance on one session. 0 speaks of the session itself.
using TaskNumber = std::uint32_t;

enum class FrameKind : std::uint8_t {
  // controller -> agent
  request = 1,  // CBOR of Request
  blob = 2,     // 32 bytes SHA-256, 8 bytes offset (big endian), bytes; an empty chunk ends it
  cancel = 3,   // the worker of this task gets SIGTERM, then SIGKILL
  ping = 4,
  bye = 5,  // finish nothing more, end
  // agent -> controller
  hello = 16,     // CBOR dict: version, pid, uid, boot_id
  outcome = 17,   // CBOR of Outcome: exactly one a request
  progress = 18,  // CBOR dict: seconds, doing ("stat /home (nfs)")
  pong = 19,
  refusal = 20,  // CBOR dict: msg; the session ends
};

// One frame: 'P' 'v', version, kind, task (u32), length (u32), all big endian, then `length` bytes.
inline constexpr std::size_t frame_header_size = 12;
inline constexpr std::size_t max_frame_size = 64 * 1024 * 1024;

struct Frame {
  FrameKind kind;
  TaskNumber task = 0;
  std::string body;
};

std::string encode(const Frame& frame);

// Takes bytes as they come and gives frames as they are whole. Throws Error(failed) at the first
// byte that cannot begin a frame; `noise()` then tells what came instead.
class FrameReader {
 public:
  void add(std::string_view bytes);
  std::optional<Frame> next();
  const std::string& noise() const { return noise_; }

 private:
  std::string buffer_;
  std::size_t used_ = 0;
  std::string noise_;
};

}  // namespace provisioner::wire
