import { parseDlibXml } from './dlib-xml.js';

const wrap = (images: string): string =>
  `<?xml version='1.0' encoding='ISO-8859-1'?>
<?xml-stylesheet type='text/xsl' href='image_metadata_stylesheet.xsl'?>
<dataset><name>Faces</name><comment>a &lt;comment&gt;</comment><images>${images}</images></dataset>`;

describe('parseDlibXml', () => {
  it('reads boxes with and without landmarks and labels', () => {
    const pictures = parseDlibXml(
      wrap(`<image file='a.jpg' width='500' height='375'>
          <box top='90' left='194' width='37' height='38'><label>face</label><part name='00' x='201' y='107'/></box>
          <box top='-3' left='10' width='20' height='20' ignore='1'/>
        </image>
        <image file='sub/b.jpg'><box top='1' left='2' width='3' height='4'/></image>
        <image file='c.jpg'/>`),
    );
    expect(pictures).toEqual([
      {
        file: 'a.jpg',
        boxes: [
          { left: 194, top: 90, width: 37, height: 38, ignore: false },
          { left: 10, top: -3, width: 20, height: 20, ignore: true },
        ],
      },
      { file: 'sub/b.jpg', boxes: [{ left: 2, top: 1, width: 3, height: 4, ignore: false }] },
      { file: 'c.jpg', boxes: [] },
    ]);
  });

  it.each([
    ['another document', '<html></html>', 'end in </dataset>'],
    ['a file that was cut off', wrap("<image file='a.jpg'>").slice(0, -30), 'end in </dataset>'],
    ['no pictures', wrap(''), 'at /dataset/images'],
    ['a box without a side', wrap("<image file='a.jpg'><box top='1' left='2' width='3'/></image>"), '/image/0/box/0'],
    ['a side that is no number', wrap("<image file='a'><box top='x' left='2' width='3' height='4'/></image>"), '@top'],
  ])('refuses %s', (_, xml, message) => {
    expect(() => parseDlibXml(xml)).toThrow(message);
  });
});
