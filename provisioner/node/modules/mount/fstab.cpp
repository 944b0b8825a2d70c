// The format of /etc/fstab.
#include "provisioner/node/modules/mount/fstab.h"

#include <utility>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::mount {
namespace {

std::string escaped(const std::string& text) { return base::replace_all(text, " ", "\\040"); }
std::string unescaped(const std::string& text) { return base::replace_all(text, "\\040", " "); }

// Four to six fields make an entry; a line with more or fewer is left as it stands.
std::optional<Entry> read_entry(std::string_view line) {
  const std::string_view trimmed = base::trim(line);
  if (trimmed.empty() || trimmed.front() == '#') return std::nullopt;
  const auto words = words_of(trimmed);
  if (words.size() < 4 || words.size() > 6) return std::nullopt;
  Entry entry{unescaped(words[0]), unescaped(words[1]), words[2], words[3]};
  if (words.size() > 4) entry.dump = words[4];
  if (words.size() > 5) entry.pass = words[5];
  return entry;
}

}  // namespace

std::string Entry::text() const {
  return escaped(source) + " " + escaped(target) + " " + type + " " + escaped(options) + " " +
         dump + " " + pass;
}

bool is_same_place(const Entry& a, const Entry& b) {
  const bool has_no_place = a.target == "none" || a.target == "swap";
  return a.target == b.target && (!has_no_place || a.source == b.source);
}

Fstab::Fstab(std::string_view text) {
  for (const std::string_view line : base::lines_of(text))
    lines_.push_back({std::string(line), read_entry(line)});
}

void Fstab::put(const Entry& entry) {
  bool is_there = false;
  for (Line& line : lines_) {
    if (!line.entry || !is_same_place(*line.entry, entry)) continue;
    is_there = true;
    if (*line.entry != entry) line = {entry.text(), entry};
  }
  if (!is_there) lines_.push_back({entry.text(), entry});
}

void Fstab::remove(const Entry& place) {
  std::erase_if(lines_,
                [&](const Line& line) { return line.entry && is_same_place(*line.entry, place); });
}

std::string Fstab::text() const {
  std::string text;
  for (const Line& line : lines_) text += line.raw + "\n";
  return text;
}

}  // namespace provisioner::modules::mount
