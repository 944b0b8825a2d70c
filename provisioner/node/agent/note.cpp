// A page between a worker and its supervisor.

#include "provisioner/node/agent/note.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "provisioner/base/base/error.h"

namespace provisioner::agent {
namespace {

template <std::size_t room>
void put(char (&place)[room], std::string_view text) {
  const std::size_t length = std::min(text.size(), room - 1);
  std::memcpy(place, text.data(), length);
  place[length] = '\0';
}

template <std::size_t room>
std::string text_of(const char (&place)[room]) {
  return std::string(place, strnlen(place, room));
}

}  // namespace

void Note::Unmap::operator()(Page* page) const { ::munmap(page, sizeof(Page)); }

Note::Note() {
  void* memory =
      ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw base::Error(base::Kind::failed,
                      std::string("the node gives no memory: ") + std::strerror(errno));
  page_.reset(static_cast<Page*>(memory));  // zeroes are an empty note
}

void Note::write(std::string_view verb, std::string_view object, bool is_file_call) const {
  put(page_->verb, verb);
  put(page_->object, object);
  page_->is_file_call = is_file_call;
  page_->turn.fetch_add(1);
}

Note::Reading Note::read() const {
  return {page_->turn.load(), text_of(page_->verb), text_of(page_->object), page_->is_file_call};
}

}  // namespace provisioner::agent
