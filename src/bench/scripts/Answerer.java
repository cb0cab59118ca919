import tandem.bench.RoundTrip;

/// The other end of an event's round trip.
void main() {
    RoundTrip.answer();
}
