#pragma once

#include <string>
#include <vector>

namespace provisioner::cli {

// The words this process was started with, without the program's own name.
const std::vector<std::string>& process_words();
void set_process_words(std::vector<std::string> words);  // once, by the program

}  // namespace provisioner::cli
