// Which lines changed.

#include "provisioner/front/view/line_diff.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace provisioner::view {
namespace {

using Lines = std::vector<std::string>;

Lines lines_with_ends(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.push_back(std::string(text) + "\n\\ No newline at end of file\n");
      break;
    }
    lines.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct Edit {
  char kind;  // ' ', '-', '+'
  std::size_t before, after;
};

// Equal lines that stand together on both sides.
struct Block {
  std::size_t before, after, size;
};

// The matching that Python's difflib makes (Ratcliff and Obershelp: the longest block first, then
// the same to its left and right), since Ansible's diffs are its work: also its rule that in long
// texts lines which stand there very often are no anchors.
class Matching {
 public:
  Matching(const Lines& before, const Lines& after) : before_(before), after_(after) {
    for (std::size_t at = 0; at < after.size(); ++at) places_[after[at]].push_back(at);
    if (after.size() >= 200)
      std::erase_if(
          places_, [&](const auto& place) { return place.second.size() > after.size() / 100 + 1; });
    search({0, before.size(), 0, after.size()});
    std::sort(blocks_.begin(), blocks_.end(),
              [](const Block& a, const Block& b) { return a.before < b.before; });
  }

  const std::vector<Block>& blocks() const { return blocks_; }

 private:
  struct Window {
    std::size_t before_begin, before_end, after_begin, after_end;
  };

  void search(Window whole) {
    std::vector<Window> open = {whole};
    while (!open.empty()) {
      const Window window = open.back();
      open.pop_back();
      const Block block = longest(window);
      if (block.size == 0) continue;
      blocks_.push_back(block);
      open.push_back({window.before_begin, block.before, window.after_begin, block.after});
      open.push_back({block.before + block.size, window.before_end, block.after + block.size,
                      window.after_end});
    }
  }

  // The first of the longest, in order of its place before, then after.
  Block longest(const Window& window) const {
    Block best{window.before_begin, window.after_begin, 0};
    std::unordered_map<std::size_t, std::size_t> ending;  // size of the block that ends at a line
    for (std::size_t at = window.before_begin; at < window.before_end; ++at) {
      std::unordered_map<std::size_t, std::size_t> now;
      const auto places = places_.find(before_[at]);
      if (places != places_.end())
        for (const std::size_t place : places->second) {
          if (place < window.after_begin || place >= window.after_end) continue;
          const auto left = place == 0 ? ending.end() : ending.find(place - 1);
          const std::size_t size = (left == ending.end() ? 0 : left->second) + 1;
          now[place] = size;
          if (size > best.size) best = {at + 1 - size, place + 1 - size, size};
        }
      ending = std::move(now);
    }
    return extended(best, window);
  }

  // By lines that are no anchors themselves.
  Block extended(Block block, const Window& window) const {
    while (block.before > window.before_begin && block.after > window.after_begin &&
           before_[block.before - 1] == after_[block.after - 1])
      block = {block.before - 1, block.after - 1, block.size + 1};
    while (block.before + block.size < window.before_end &&
           block.after + block.size < window.after_end &&
           before_[block.before + block.size] == after_[block.after + block.size])
      ++block.size;
    return block;
  }

  const Lines& before_;
  const Lines& after_;
  std::unordered_map<std::string, std::vector<std::size_t>> places_;  // of anchors, in `after`
  std::vector<Block> blocks_;
};

// Matching takes the product of both sides at worst: what is too large for that is shown as
// replaced between its equal head and tail.
std::vector<Block> blocks_of(const Lines& before, const Lines& after) {
  constexpr std::size_t largest = 20'000;
  if (before.size() + after.size() <= largest) return Matching(before, after).blocks();
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  return {{0, 0, head}, {before.size() - tail, after.size() - tail, tail}};
}

// What goes stands before what comes.
std::vector<Edit> edits(const Lines& before, const Lines& after) {
  std::vector<Block> blocks = blocks_of(before, after);
  blocks.push_back({before.size(), after.size(), 0});
  std::vector<Edit> list;
  std::size_t row = 0, column = 0;
  for (const Block& block : blocks) {
    for (; row < block.before; ++row) list.push_back({'-', row, column});
    for (; column < block.after; ++column) list.push_back({'+', row, column});
    for (std::size_t count = 0; count < block.size; ++count) list.push_back({' ', row++, column++});
  }
  return list;
}

std::string range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view before_text, std::string_view after_text, int context) {
  const Lines before = lines_with_ends(before_text), after = lines_with_ends(after_text);
  const std::vector<Edit> list = edits(before, after);
  const auto around = static_cast<std::size_t>(context);
  std::string text;
  for (std::size_t at = 0; at < list.size();) {
    if (list[at].kind == ' ') {
      ++at;
      continue;
    }
    const std::size_t begin = at > around ? at - around : 0;
    std::size_t last = at;
    for (std::size_t next = at; next < list.size() && next <= last + 2 * around + 1; ++next)
      if (list[next].kind != ' ') last = next;
    const std::size_t end = std::min(list.size(), last + around + 1);
    std::size_t removed = 0, added = 0;
    std::string hunk;
    for (std::size_t index = begin; index < end; ++index) {
      const Edit& edit = list[index];
      removed += edit.kind != '+';
      added += edit.kind != '-';
      hunk += edit.kind + (edit.kind == '+' ? after[edit.after] : before[edit.before]);
    }
    text += "@@ -" + range(list[begin].before, removed) + " +" + range(list[begin].after, added) +
            " @@\n" + hunk;
    at = end;
  }
  return text;
}

}  // namespace provisioner::view
