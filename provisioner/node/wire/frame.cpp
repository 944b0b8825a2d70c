// Frames on a byte stream.

#include "provisioner/node/wire/frame.h"

#include "provisioner/base/base/error.h"

namespace provisioner::wire {
namespace {

constexpr std::string_view magic = "Pv";
constexpr std::size_t longest_noise = 200;

void put_number(std::string& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(number >> shift & 0xFFU);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t index = 0; index < 4; ++index)
    number = number << 8U | static_cast<unsigned char>(bytes[at + index]);
  return number;
}

}  // namespace

std::string encode(const Frame& frame) {
  if (frame.body.size() > max_frame_size)
    throw base::Error(base::Kind::bug, "a frame is larger than a frame may be");
  std::string bytes(magic);
  bytes.reserve(frame_header_size + frame.body.size());
  bytes += static_cast<char>(protocol_version);
  bytes += static_cast<char>(frame.kind);
  put_number(bytes, frame.task);
  put_number(bytes, static_cast<std::uint32_t>(frame.body.size()));
  return bytes += frame.body;
}

void FrameReader::add(std::string_view bytes) {
  if (used_ * 2 >=
      buffer_.size()) {  // what was read goes, at a cost that its own size has paid for
    buffer_.erase(0, used_);
    used_ = 0;
    if (buffer_.empty()) buffer_.shrink_to_fit();
  }
  buffer_ += bytes;
}

std::optional<Frame> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(used_);
  const auto refuse = [&](const std::string& why) {
    noise_ = rest.substr(0, longest_noise);
    return base::Error(base::Kind::failed, why);
  };
  if (!rest.substr(0, 2).starts_with(magic.substr(0, rest.size())))
    throw refuse("something else came where a frame should begin");
  if (rest.size() < frame_header_size) return std::nullopt;
  if (static_cast<std::uint8_t>(rest[2]) != protocol_version)
    throw refuse("the other side speaks version " +
                 std::to_string(static_cast<std::uint8_t>(rest[2])) +
                 " of the protocol, this is version " + std::to_string(protocol_version));
  const std::size_t length = number_at(rest, 8);
  if (length > max_frame_size) throw refuse("a frame claims to be larger than a frame may be");
  if (rest.size() < frame_header_size + length) return std::nullopt;
  Frame frame{static_cast<FrameKind>(rest[3]), number_at(rest, 4),
              std::string(rest.substr(frame_header_size, length))};
  used_ += frame_header_size + length;
  return frame;
}

}  // namespace provisioner::wire
