// Headers of RPM packages.

#include <cstdint>

#include "provisioner/cluster/registry/package_lists.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t begin_size = 8, entry_size = 16;  // bytes
constexpr std::uint32_t most_entries = 1 << 20;
// rpm's lib/rpmtag.h.
constexpr std::uint32_t tag_name = 1000, tag_version = 1001, tag_release = 1002, tag_epoch = 1003,
                        tag_arch = 1022;
constexpr std::uint32_t type_number = 4, type_text = 6;

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t byte = 0; byte < 4; ++byte)
    number = (number << 8U) | static_cast<unsigned char>(bytes[at + byte]);
  return number;
}

// How many entries of an index, how many bytes that they point into; then both.
class Header {
 public:
  explicit Header(const std::string& bytes) : bytes_(bytes) {
    if (bytes.size() < begin_size) return;
    entries_ = number_at(bytes, 0);
    data_ = begin_size + entry_size * static_cast<std::size_t>(entries_);
    is_whole_ = entries_ <= most_entries && data_ + number_at(bytes, 4) <= bytes.size();
  }

  bool is_whole() const { return is_whole_; }

  std::string text(std::uint32_t tag) const {
    const std::size_t at = place(tag, type_text);
    if (at == 0) return {};
    const std::size_t end = bytes_.find('\0', at);
    return end == std::string::npos ? "" : bytes_.substr(at, end - at);
  }

  std::string number(std::uint32_t tag) const {
    const std::size_t at = place(tag, type_number);
    return at == 0 || at + 4 > bytes_.size() ? "" : std::to_string(number_at(bytes_, at));
  }

 private:
  // 0 where it is not there.
  std::size_t place(std::uint32_t tag, std::uint32_t type) const {
    for (std::uint32_t entry = 0; entry < entries_; ++entry) {
      const std::size_t at = begin_size + entry_size * entry;
      if (number_at(bytes_, at) != tag || number_at(bytes_, at + 4) != type) continue;
      const std::size_t found = data_ + number_at(bytes_, at + 8);
      return found < bytes_.size() ? found : 0;
    }
    return 0;
  }

  const std::string& bytes_;
  std::uint32_t entries_ = 0;
  std::size_t data_ = 0;
  bool is_whole_ = false;
};

}  // namespace

std::optional<std::vector<Package>> read_rpm_headers(const std::vector<std::string>& headers) {
  if (headers.size() > most_packages) return std::nullopt;
  std::vector<Package> packages;
  for (const std::string& bytes : headers) {
    const Header header(bytes);
    const std::string name = header.is_whole() ? header.text(tag_name) : "";
    if (name.empty()) return std::nullopt;
    if (name == "gpg-pubkey") continue;  // a key that packages are signed with
    Package package{.manager = "rpm",
                    .name = name,
                    .version = header.text(tag_version) + "-" + header.text(tag_release),
                    .more = {}};
    for (const auto& [key, text] :
         {std::pair("arch", header.text(tag_arch)), std::pair("epoch", header.number(tag_epoch))})
      if (!text.empty()) package.more[key] = text;
    packages.push_back(std::move(package));
  }
  return packages;
}

}  // namespace provisioner::registry
