// The list of an image's packages, a file for people and for `git diff`.

#include "provisioner/machine/image/package_lock.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

bool is_word(std::string_view text, std::string_view more) {
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::ranges::all_of(text, [&](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') || more.find(letter) != std::string_view::npos;
         });
}

LockedPackage read_package(const std::vector<std::string>& words, const base::Pos& pos) {
  // The names become those of files: no '/' in them.
  if (words.size() != 4 || !is_word(words[0], "+-.") || !is_word(words[1], "+-.:~") ||
      !is_word(words[2], "-") || !crypto::is_sha256(words[3]))
    throw Error(Kind::input, "expected 'NAME VERSION ARCHITECTURE SHA-256'", pos);
  return {words[0], words[1], words[2], words[3]};
}

std::int64_t read_epoch(const std::vector<std::string>& words, const base::Pos& pos) {
  std::int64_t epoch = 0;
  const std::string& text = words[1];
  const auto read = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || epoch <= 0 ||
      epoch > UINT32_MAX)
    throw Error(Kind::input, "expected 'epoch SECONDS'", pos);
  return epoch;
}

}  // namespace

bool PackageLock::has(std::string_view name) const {
  return std::ranges::any_of(packages, [&](const auto& package) { return package.name == name; });
}

std::string to_text(const PackageLock& lock) {
  std::string text =
      "# What an image was made of: `provisioner image build NAME --locked` makes it again.\n";
  text += "epoch " + std::to_string(lock.epoch) + "\n";
  for (const LockedPackage& package : lock.packages)
    text += package.name + " " + package.version + " " + package.architecture + " " +
            package.digest + "\n";
  return text;
}

PackageLock read_package_lock(base::SourceId source) {
  PackageLock lock;
  base::Pos pos{source, 0, 1};
  for (const std::string_view line : base::lines_of(source.source().text)) {
    ++pos.line;
    if (line.empty() || line.starts_with('#')) continue;
    const std::vector<std::string> words = base::split(line, ' ');
    if (words.front() == "epoch" && words.size() == 2)
      lock.epoch = read_epoch(words, pos);
    else
      lock.packages.push_back(read_package(words, pos));
  }
  if (lock.epoch == 0 || lock.packages.empty())
    throw Error(Kind::input, "'" + source.source().name + "' names no epoch, or no packages");
  std::ranges::sort(lock.packages);
  return lock;
}

}  // namespace provisioner::image
