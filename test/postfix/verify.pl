# Says of each mail whether its DKIM signature holds, with Mail::DKIM: one line a mail, "pass" or "fail: <why>".
#
# verify.pl <name in DNS> <what its TXT record says> <file>...
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my ( $name, $record, @files ) = @ARGV;

# In strings of at most 255 bytes, as DNS has them (RFC 6376, 3.6.2.2).
my $published = Net::DNS::RR->new( owner => $name, type => 'TXT', txtdata => [ $record =~ /.{1,255}/g ] );

{
    no warnings 'redefine';
    *Mail::DKIM::DNS::query = sub {
        my ( $asked, $type ) = @_;
        return $asked eq $name && $type eq 'TXT' ? $published : ();
    };
}

for my $file (@files) {
    open my $mail, '<:raw', $file or die "$file: $!";
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT( do { local $/; <$mail> } );
    $verifier->CLOSE;
    my ($detail) = split /\n/, $verifier->result_detail;
    print $verifier->result eq 'pass' ? "pass\n" : "fail: $detail\n";
}
