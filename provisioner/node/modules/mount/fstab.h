#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::modules::mount {

// An entry of fstab(5), with blanks as blanks.
struct Entry {
  std::string source, target, type, options = "defaults", dump = "0", pass = "0";

  std::string text() const;  // one line, blanks as \040
  bool operator==(const Entry&) const = default;
};

// Whether two entries mean the same place: by target; swap has none, so there by source.
bool is_same_place(const Entry& a, const Entry& b);

// fstab's lines in their order: entries, and what else stands there.
class Fstab {
 public:
  explicit Fstab(std::string_view text);

  // Makes the entry the only one for its place: changed where it stands, else at the end.
  void put(const Entry& entry);
  void remove(const Entry& place);
  std::string text() const;

 private:
  struct Line {
    std::string raw;
    std::optional<Entry> entry;
  };
  std::vector<Line> lines_;
};

}  // namespace provisioner::modules::mount
