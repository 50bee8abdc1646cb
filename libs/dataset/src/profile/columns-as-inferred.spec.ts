import { describe, expect, it } from '@jest/globals';

import { FileFormat } from '../reading/table-format.ts';
import { ColumnMeaning } from './column-meaning.ts';
import { ColumnType } from './column-type.ts';
import { columnsAsInferred, type EarlierColumn } from './columns-as-inferred.ts';
import { namesPerson } from './names-person.ts';

describe('a column', () => {
  it.each([
    ...[
      '姓名',
      '姓 名',
      '银行卡号',
      '微信号',
      'tel',
      'social_security_number',
      '患者姓名',
      '法定代表人',
      '法定代表人姓名',
      '企业法定代表人',
      '单位负责人',
      '联系人',
      'full name',
    ],
    ...[
      'patient_name',
      'Surname',
      '身份证号',
      '证件号码',
      '护照号',
      'resident_id',
      'passport_no',
      '联系电话',
    ],
    ...[
      '手机号',
      '电话2',
      '电子邮箱',
      'email',
      'phone_number',
      '家庭住址',
      '住址',
      '户籍地址',
      'home_address',
    ],
  ])('called %s is one of natural persons', (name) => {
    expect(namesPerson(name)).toBe(true);
  });

  it.each([
    ...[
      '名称',
      '企业名称',
      '单位名称',
      '产品名称',
      'name',
      'company_name',
      'file name',
      '法定代表人类型',
      '负责人数',
    ],
    ...[
      '证件类型',
      '身份证有效期',
      '手机品牌',
      '电话数量',
      '企业联系电话',
      '客服电话',
      '公司邮箱',
      'office phone',
    ],
    ...[
      '地址',
      'hotel',
      '社保缴费',
      '经营地址',
      '企业通信地址',
      '投保人',
      '编号',
      '行政区划代码',
      'telephones sold',
      'mobile_app_version',
    ],
  ])('called %s is not', (name) => {
    expect(namesPerson(name)).toBe(false);
  });

  const inferred = (name: string, type: ColumnType, meaning: ColumnMeaning, earlier: EarlierColumn[] = []) =>
    columnsAsInferred(
      { fileFormat: FileFormat.CSV, encoding: 'UTF-8', delimiter: ',', columns: [name] },
      {
        rowCount: 1n,
        columns: [
          { type, isPlain: true, proposal: { meaning, share: '1' }, fittingTypes: [type, ColumnType.TEXT] },
        ],
      },
      [],
      earlier,
    )[0];
  const { FREE_TEXT, MOBILE_PHONE } = ColumnMeaning;
  const { TEXT, INTEGER } = ColumnType;

  it('is personal by its name, until its provider says otherwise', () => {
    expect(inferred('姓名', TEXT, FREE_TEXT)).toMatchObject({ isPersonal: true, type: TEXT });
    expect(inferred('办事人电话', INTEGER, ColumnMeaning.QUANTITY)).toMatchObject({
      ...{ isPersonal: true, type: TEXT },
    });
    const said = {
      name: '姓名',
      type: TEXT,
      meaning: FREE_TEXT,
      proposedMeaning: FREE_TEXT,
      isPersonal: false,
    };
    expect(inferred('姓名', TEXT, FREE_TEXT, [said])?.isPersonal).toBe(false);
    expect(inferred('姓名', TEXT, FREE_TEXT, [{ ...said, isPersonal: true }])?.isPersonal).toBe(true);
    // Its values have become something else since.
    expect(inferred('姓名', TEXT, MOBILE_PHONE, [said])?.isPersonal).toBe(true);
    // Another column of the version before says nothing of it.
    expect(inferred('姓名', TEXT, FREE_TEXT, [{ ...said, name: '值' }])?.isPersonal).toBe(true);
  });
});
