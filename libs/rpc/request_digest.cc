#include "libs/rpc/request_digest.h"

#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "libs/storage/key.h"

namespace onething::rpc {

crypto::Digest DigestOf(std::initializer_list<absl::string_view> texts,
                        const google::protobuf::Message& message) {
  std::string bytes;
  for (const absl::string_view text : texts) {
    storage::AppendUnsigned(text.size(), &bytes);
    bytes.append(text.data(), text.size());
  }
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return crypto::Sm3(bytes);
}

}  // namespace onething::rpc
