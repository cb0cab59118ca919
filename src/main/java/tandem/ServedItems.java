package tandem;

import tandem.net.Served;
import tandem.sync.Fifo;
import tandem.travel.Marshalled;

import java.io.IOException;

/// The items of a queue on a server. Others there are not trusted with code: what they have sent is no
/// more than a number, text, an array of numbers, or the address of what they share.
final class ServedItems<T> extends Items<T> {
    private final String server;

    /// @param object that has the items
    ServedItems(Shared object, Fifo fifo) {
        super(object, fifo);
        this.server = object.served().server();
    }

    @Override
    Marshalled pack(T item) throws IOException {
        if (item instanceof Shared shared && shared.isServed()) {
            shared.requireOpen();
            return Marshalled.ofAddress(shared.address(), shared);
        }
        Marshalled plain = Marshalled.plain(item);
        if (plain == null) {
            throw new IOException(
                    "it lives on %s, where nothing is deserialised that others have sent: it takes numbers, text, arrays of numbers, and what is shared there"
                            .formatted(server));
        }
        return plain;
    }

    @Override
    Object unpack(Fifo.Item item) throws IOException {
        try {
            String address = Marshalled.address(item.form(), item.bytes());
            if (address == null) {
                return Marshalled.readPlain(item.form(), item.bytes());
            }
            if (!Served.isAddress(address)) {
                throw new IOException("it is no address on " + server);
            }
            return Shared.arrive(address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
