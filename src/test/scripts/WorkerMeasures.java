import static tandem.Tandem.*;

import java.util.zip.CRC32;

/// Says how many bytes it was given, and their checksum.
void main() {
    byte[] bytes = arg(0);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    IO.println("%d bytes, %x".formatted(bytes.length, sum.getValue()));
}
