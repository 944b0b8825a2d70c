// An order, read from the boot service's answer.
#include "provisioner/node/deploy/order.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::int64_t most_gib = 1 << 20;
constexpr std::size_t most_items = 4096;
constexpr std::size_t signature_size = 64;

[[noreturn]] void wrong(const std::string& member, const std::string& what) {
  throw Error(Kind::input, fmt::format("the order's '{}' {}", member, what));
}

// A dict of which each member is asked for once, and by name.
class Members {
 public:
  Members(const Value& dict, std::string path) : dict_(dict), path_(std::move(path)) {
    if (dict.is_dict()) return;
    if (path_.empty()) throw Error(Kind::input, "the order is no object");
    wrong(path_, "is no object");
  }

  std::string name_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  }

  const Value* find(std::string_view key) {
    asked_.emplace(key);
    return dict_.find(key);
  }

  const Value& required(std::string_view key) {
    const Value* found = find(key);
    if (found == nullptr) wrong(name_of(key), "is missing");
    return *found;
  }

  std::string text(std::string_view key) {
    const Value& found = required(key);
    if (!found.is_string()) wrong(name_of(key), "is no text");
    return found.text();
  }

  std::string text_or_nothing(std::string_view key) {
    const Value* found = find(key);
    return found == nullptr || found->is_none() ? "" : text(key);
  }

  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most) {
    const Value& found = required(key);
    if (!found.is_integer()) wrong(name_of(key), "is no whole number");
    if (found.integer() < least || found.integer() > most)
      wrong(name_of(key), fmt::format("is {}, not {} to {}", found.integer(), least, most));
    return found.integer();
  }

  const value::List& list(std::string_view key) {
    const Value& found = required(key);
    if (!found.is_list()) wrong(name_of(key), "is no list");
    if (found.list().size() > most_items)
      wrong(name_of(key), fmt::format("has more than {} items", most_items));
    return found.list();
  }

  // A member that we do not know may be one that we must not leave out.
  void refuse_others() const {
    for (const auto& [key, content] : dict_.dict())
      if (!asked_.contains(value::Dict::key_text(key)))
        wrong(name_of(value::Dict::key_text(key)), "is not known to this RAM disk");
  }

 private:
  const Value& dict_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

Signature read_signature(const Value& dict, const std::string& path) {
  Members members(dict, path);
  Signature signature;
  signature.where = members.text("where");
  signature.type = members.text("type");
  signature.uuid = members.text_or_nothing("uuid");
  signature.label = members.text_or_nothing("label");
  signature.offset = members.number("offset", 0, INT64_MAX);
  members.refuse_others();
  return signature;
}

ExpectedDisk read_disk(const Value& dict, const std::string& path) {
  Members members(dict, path);
  ExpectedDisk disk;
  disk.wwn = members.text_or_nothing("wwn");
  disk.serial = members.text_or_nothing("serial");
  if (disk.wwn.empty() && disk.serial.empty()) wrong(path, "has neither 'wwn' nor 'serial'");
  disk.size = static_cast<std::uint64_t>(members.number("size", 1, INT64_MAX));
  std::size_t index = 0;
  for (const Value& item : members.list("signatures"))
    disk.signatures.push_back(
        read_signature(item, fmt::format("{}.signatures[{}]", path, index++)));
  members.refuse_others();
  return disk;
}

bool is_inside(const std::string& path) {
  if (!path.starts_with('/') || path.find('\0') != path.npos) return false;
  const std::vector<std::string> parts = base::split(path.substr(1), '/');
  return std::ranges::none_of(
      parts, [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

OrderedFile read_file(const Value& dict, const std::string& path) {
  Members members(dict, path);
  OrderedFile file;
  file.path = members.text("path");
  if (!is_inside(file.path)) wrong(path + ".path", "is no plain absolute path");
  const std::string mode = members.text("mode");
  const auto [end, code] = std::from_chars(mode.data(), mode.data() + mode.size(), file.mode, 8);
  if (code != std::errc() || end != mode.data() + mode.size() || file.mode > 07777)
    wrong(path + ".mode", "is no octal mode");
  file.content = members.text("content");
  members.refuse_others();
  return file;
}

// The host name's file is written from `host_name`.
void check_paths(const std::vector<OrderedFile>& files) {
  std::set<std::string> paths{"/etc/hostname"};
  for (const OrderedFile& file : files)
    if (!paths.insert(file.path).second)
      wrong("files", "holds '" + base::escape_for_terminal(file.path) + "' a second time");
}

Layout layout_named(const std::string& name) {
  if (name == "single") return Layout::single;
  if (name == "mirror") return Layout::mirror;
  wrong("layout", "is '" + base::escape_for_terminal(name) + "', not 'single' or 'mirror'");
}

// RFC 1123, and what the kernel takes.
void check_host_name(const std::string& name) {
  constexpr std::size_t longest = 64;
  const bool is_plain = std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.';
  });
  if (name.empty() || name.size() > longest || !is_plain || name.front() == '-' ||
      name.front() == '.')
    wrong("host_name", "is no host name");
}

std::string checked_digest(const std::string& digest) {
  if (!crypto::is_sha256(digest))
    wrong("manifest", "is no SHA-256 in hex");
  return digest;
}

std::string checked_signature(const std::string& text) {
  std::string bytes;
  try {
    bytes = base::base64_decode(text);
  } catch (const Error&) {
    wrong("signature", "is no base64");
  }
  if (bytes.size() != signature_size) wrong("signature", "is no ed25519 signature");
  return bytes;
}

std::vector<std::string> key_types(Members& members) {
  std::vector<std::string> types;
  for (const Value& item : members.list("key_types")) {
    const bool is_known = item.is_string() && (item.text() == "ed25519" || item.text() == "rsa" ||
                                               item.text() == "ecdsa");
    if (!is_known) wrong("key_types", "holds more than 'ed25519', 'ecdsa' and 'rsa'");
    types.push_back(item.text());
  }
  if (types.empty()) wrong("key_types", "is empty");
  return types;
}

}  // namespace

Order read_order(const Value& whole) {
  Members members(whole, "");
  Order order;
  order.manifest = checked_digest(members.text("manifest"));
  order.signature = checked_signature(members.text("signature"));
  order.disk = read_disk(members.required("disk"), "disk");
  std::size_t index = 0;
  for (const Value& item : members.list("others"))
    order.others.push_back(read_disk(item, fmt::format("others[{}]", index++)));
  order.layout = layout_named(members.text("layout"));
  if (order.layout == Layout::mirror)
    order.second_disk = read_disk(members.required("second_disk"), "second_disk");
  order.cache_gib = static_cast<std::uint64_t>(members.number("cache_gib", 0, most_gib));
  order.host_name = members.text("host_name");
  check_host_name(order.host_name);
  index = 0;
  for (const Value& item : members.list("files"))
    order.files.push_back(read_file(item, fmt::format("files[{}]", index++)));
  check_paths(order.files);
  order.key_types = key_types(members);
  members.refuse_others();
  return order;
}

}  // namespace provisioner::deploy
