package tandem.net;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Believes one certificate: the one whose hash the join code has. Nobody else has to vouch for it, and
/// the name in it does not matter.
final class Pin implements X509TrustManager {
    private final JoinCode code;

    private Pin(JoinCode code) {
        this.code = code;
    }

    /// Another server than the code's.
    static final class WrongCertificate extends CertificateException {
        private static final long serialVersionUID = 1;

        WrongCertificate() {
            super("another certificate than the code's");
        }
    }

    static SSLSocketFactory sockets(JoinCode code) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Pin(code)}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS 1.3", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        try {
            if (!code.fits(chain[0].getEncoded())) {
                throw new WrongCertificate();
            }
        } catch (CertificateEncodingException e) {
            throw new WrongCertificate();
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("nobody is a client here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
