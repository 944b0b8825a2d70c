// What was typed.

#include "provisioner/front/cli/process_words.h"

namespace provisioner::cli {
namespace {

std::vector<std::string>& kept() {
  static std::vector<std::string> words;
  return words;
}

}  // namespace

const std::vector<std::string>& process_words() { return kept(); }
void set_process_words(std::vector<std::string> words) { kept() = std::move(words); }

}  // namespace provisioner::cli
