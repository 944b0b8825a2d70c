#pragma once

#include <gtest/gtest.h>

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/machine/image/image_store.h"

namespace provisioner::image {

// A store of its own, and images in it.
class KeptImages : public testing::Test {
 protected:
  // Two chunks, one of them zeros, that nobody else has.
  StoredImage publish(const std::string& version, const std::string& content,
                      const BootFiles& boot = {}) {
    chunk::Manifest manifest{"sample", version, chunk::chunk_size + 512, {}, {}};
    std::string raw(chunk::chunk_size, '\0');
    raw.replace(0, content.size(), content);
    manifest.chunks = {store_.keep_chunk(0, raw),
                       store_.keep_chunk(chunk::chunk_size, std::string(512, '\0'))};
    store_.publish(manifest, boot);
    return store_.image("sample", version);
  }

  template <class Body>
  std::string refusal_of(Body body) {
    try {
      body();
      return "done";
    } catch (const base::Error& error) {
      return base::replace_all(error.render(), place_.path(), "STORE");
    }
  }

  os::TemporaryDirectory place_;
  Store store_ = Store::make(place_.path());
};

}  // namespace provisioner::image
