#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace provisioner::agent {

// What a worker does right now, on a page it shares with its supervisor, which so knows where a
// worker hangs without touching what it hangs on. One writer, one reader; a text read while it is
// written may be torn, which `turn` tells.
class Note {
 public:
  Note();  // throws Error(failed) where there is no memory

  // `is_file_call`: one call on a path, which a dead mount can keep for ever.
  void write(std::string_view verb, std::string_view object, bool is_file_call) const;

  struct Reading {
    std::uint32_t turn = 0;
    std::string verb, object;
    bool is_file_call = false;
  };
  Reading read() const;

 private:
  struct Page {
    std::atomic<std::uint32_t> turn;
    bool is_file_call;
    char verb[24];
    char object[4000];
  };
  struct Unmap {
    void operator()(Page* page) const;
  };
  std::unique_ptr<Page, Unmap> page_;
};

}  // namespace provisioner::agent
