package tandem;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

import tandem.net.OnServer;

@Tag("once")
@ExtendWith(OnServer.class)
class ServedCircleTest extends CircleTest {}
